"""An engine as it is, in whose process something writes to standard output all the time."""

NOISY_ENGINE = r"""
import ctypes, os, sys, threading, time
from engine import __main__ as engine

claim = engine._claim_stdout

def noise():
    libc = ctypes.CDLL(None)
    while True:
        print("noise", flush=True)
        os.write(1, b"\x10\x00\x00\x00noise")
        libc.puts(b"noise from C")
        libc.fflush(None)
        time.sleep(0.001)

def claimed():
    frames = claim()
    threading.Thread(target=noise, daemon=True).start()
    return frames

engine._claim_stdout = claimed
sys.exit(engine.main())
"""
