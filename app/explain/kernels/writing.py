"""Writing: at slow speeds the products of a step are written one after the other."""

from PySide6.QtCore import QElapsedTimer, QTimer

from app.explain.kernels.stage import KernelStage
from app.explain.player import Player

SLOW = 2  # steps per second; faster ones show a step as a whole
FRAME = 40  # ms between two frames
SHARE = 0.7  # of a step's time goes to writing


class Writing(QTimer):
    """Moves the stage's alpha from 0 to 1 in each step that is played slowly."""

    def __init__(self, player: Player, stage: KernelStage) -> None:
        super().__init__(stage, interval=FRAME)
        self._player, self._stage, self._clock = player, stage, QElapsedTimer()
        self.timeout.connect(self._go_on)

    def begin(self) -> None:
        """A step begins."""
        if self._player.is_playing and self._player.speed <= SLOW:
            self._stage.set_alpha(0.0)
            self._clock.start()
            self.start()
        else:
            self.finish()

    def finish(self) -> None:
        """Show the step as a whole."""
        self.stop()
        self._stage.set_alpha(1.0)

    def _go_on(self) -> None:
        alpha = self._clock.elapsed() / (1000 / self._player.speed * SHARE)
        if alpha >= 1:
            self.finish()
        else:
            self._stage.set_alpha(alpha)
