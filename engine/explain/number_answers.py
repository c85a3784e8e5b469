"""Numbers at the end of a network: probabilities, the loss, and where errors begin."""

import math

import numpy as np

from engine.explain.opened import Factor, Numbers, Opened, Place, Term, Then, opened, product

LARGE = 50.0  # a logit beyond this is lowered before e is raised to it
SIGMOID = Then("1 / (1 + exp(−{z}))", "1 / (1 + math.exp(-{z}))")
TOGETHER = {
    "sparse_categorical_crossentropy": "Softmax and cross-entropy together.",
    "binary_crossentropy": "Sigmoid and cross-entropy together.",
}
DISTANCES = {
    "mean_squared_error": ("L = (ŷ − y)²", Then("{z}²", "{z} ** 2")),
    "mean_absolute_error": ("L = |ŷ − y|", Then("|{z}|", "abs({z})")),
}


def num_classes(numbers: Numbers, head: str) -> int:
    """Classes that a head tells apart; 2 for one unit with a sigmoid."""
    units = int(numbers.activations[head].shape[-1])
    return 2 if units == 1 and numbers.head_activation(head) == "sigmoid" else units


def open_probability(numbers: Numbers, place: Place) -> Opened:
    """Open the probability of a class: `place.index` is the class, of two where one unit has a sigmoid."""
    head, (index,) = place.layer, place.index
    logits = np.asarray(numbers.activations[head], float)
    function = numbers.head_activation(head)
    name = f"p({numbers.class_name(index)})"
    if function == "softmax":
        return _softmax(numbers, place, logits, name)
    is_other = num_classes(numbers, head) > len(logits) and index == 0
    unit = 0 if num_classes(numbers, head) > len(logits) else index
    z = Factor(float(logits[unit]), numbers.at("activation", head, (unit,)))
    result = float(numbers.answers[head][unit])
    terms = [Term(-z.value, (Factor(-1.0), z), "z")] if is_other else [Term(z.value, (z,), "z")]
    if function != "sigmoid":
        return opened(place, result, "ŷ = z", terms, name="ŷ")
    symbols = "1 − p = 1 / (1 + exp(z))" if is_other else "p = 1 / (1 + exp(−z))"
    return opened(place, 1 - result if is_other else result, symbols, terms, then=SIGMOID, name=name)


def _softmax(numbers: Numbers, place: Place, logits: np.ndarray, name: str) -> Opened:
    head, (index,) = place.layer, place.index
    low = float(logits.max()) if np.abs(logits).max() > LARGE else 0.0
    terms = [
        Term(
            math.exp(float(z) - low),
            (Factor(float(z), numbers.at("activation", head, (n,))), *([Factor(low)] if low else [])),
            numbers.class_name(n),
            "exp",
        )
        for n, z in enumerate(logits)
    ]
    own = terms[index]
    then = Then("{0} / {z}", "{0} / {z}", (Factor(own.value),))
    note = "All logits are lowered by the largest, which changes nothing." if low else ""
    symbols = "p = exp(z) / Σ exp(z)"
    return opened(place, float(numbers.answers[head][index]), symbols, terms, then=then, note=note, name=name)


def open_loss(numbers: Numbers, place: Place) -> Opened:
    """Open the loss of the sample: of one head where one is named, or where there is one, else the sum over heads."""
    heads = list(numbers.learned)
    if place.layer or len(heads) == 1:
        return _loss_of(numbers, place, place.layer or heads[0])
    terms = [
        product(
            Factor(numbers.learned[head].weight),
            Factor(_loss_of(numbers, place, head).result, numbers.at("loss", head, ())),
            text=head,
        )
        for head in heads
    ]
    return opened(place, float(sum(term.value for term in terms)), "L = Σ weight·L of each output", terms)


def _loss_of(numbers: Numbers, place: Place, head: str) -> Opened:
    match numbers.learned[head].loss:
        case "sparse_categorical_crossentropy":
            return _of_class(numbers, place, head)
        case "binary_crossentropy":
            chosen = _probability(numbers, head, int(numbers.label))
            symbols = "L = −ln p" if numbers.label else "L = −ln(1 − p)"
            return _minus_ln(place, chosen, symbols)
        case name:
            return _of_number(numbers, place, head, name)


def _probability(numbers: Numbers, head: str, index: int) -> Factor:
    return Factor(
        open_probability(numbers, Place("probability", head, (index,))).result,
        numbers.at("probability", head, (index,)),
    )


def _of_class(numbers: Numbers, place: Place, head: str) -> Opened:
    index = int(numbers.label)
    chosen = _probability(numbers, head, index)
    symbols = f"L = −ln p({numbers.class_name(index)}), the label"
    if chosen.value > 1e-30:
        return _minus_ln(place, chosen, symbols)
    logits = np.asarray(numbers.activations[head], float)
    whole = float(logits.max() + np.log(np.exp(logits - logits.max()).sum()))
    own = Factor(float(logits[index]), numbers.at("activation", head, (index,)))
    terms = [Term(whole, (), "ln Σ exp(z)"), product(Factor(-1.0), own, text="z of the label")]
    return opened(place, whole - own.value, "L = ln Σ exp(z) − z", terms)


def _minus_ln(place: Place, chosen: Factor, symbols: str) -> Opened:
    term = Term(chosen.value, (chosen,), "p of the label")
    result = -math.log(chosen.value) if chosen.value > 0 else math.inf
    return opened(place, result, symbols, [term], then=Then("−ln {z}", "-math.log({z})"))


def _of_number(numbers: Numbers, place: Place, head: str, name: str) -> Opened:
    terms = _off(numbers, head)
    off = sum(term.value for term in terms)
    if name == "huber":
        is_near = abs(off) <= 1
        then = Then("½·{z}²", "0.5 * {z} ** 2") if is_near else Then("|{z}| − ½", "abs({z}) - 0.5")
        return opened(place, off**2 / 2 if is_near else abs(off) - 0.5, "L = Huber(ŷ − y)", terms, then=then)
    symbols, then = DISTANCES[name]
    return opened(place, off**2 if name == "mean_squared_error" else abs(off), symbols, terms, then=then)


def _off(numbers: Numbers, head: str) -> list[Term]:
    """ŷ − y."""
    said = Factor(float(numbers.answers[head][0]), numbers.at("activation", head, (0,)))
    return [Term(said.value, (said,), "ŷ"), Term(-float(numbers.label), (), "the target, off")]


def open_head_error(numbers: Numbers, place: Place, result: float) -> Opened:
    """Open ∂goal/∂logit of a head: where errors begin."""
    if numbers.of >= 0:
        return _of_score(numbers, place, result)
    learned = numbers.learned[place.layer]
    index, share = place.index[-1], learned.share
    if learned.loss in TOGETHER:
        is_binary = learned.loss == "binary_crossentropy"
        answer = _probability(numbers, place.layer, 1 if is_binary else index)
        target = float(numbers.label) if is_binary else float(index == int(numbers.label))
        terms = [_shared(share, answer, text="p"), _shared(share, Factor(-target), text="y, off")]
        note = f"{TOGETHER[learned.loss]} y is 1 for the label's class, else 0.{_share_note(share)}"
        return opened(place, result, f"∂L/∂z = p − y{_written(share)}", terms, note=note)
    return _slope(numbers, place, result, learned.loss)


def _of_score(numbers: Numbers, place: Place, result: float) -> Opened:
    text = "The goal is this very logit." if result > 0 else "The goal is another logit."
    if result < 0:
        text = "The score of the first of two classes is −z."
    return Opened(place, result, f"∂{numbers.goal}/∂z", note=text)


def _slope(numbers: Numbers, place: Place, result: float, loss: str) -> Opened:
    """Of a distance between answer and target."""
    terms, share = _off(numbers, place.layer), numbers.learned[place.layer].share
    times = (Factor(share),)
    if loss == "mean_squared_error":
        then = Then("2·{0}·{z}", "2 * {0} * {z}", times) if share != 1 else Then("2·{z}", "2 * {z}")
        return opened(place, result, f"∂L/∂ŷ = 2·(ŷ − y){_written(share)}", terms, then=then, note=_share_note(share))
    if loss == "huber" and abs(sum(term.value for term in terms)) <= 1:
        then = Then("{0}·{z}", "{0} * {z}", times)
        return opened(place, result, f"∂L/∂ŷ = ŷ − y{_written(share)}", terms, then=then, note=_share_note(share))
    then = Then("{0}·sign({z})", "{0} * math.copysign(1.0, {z})", times)
    return opened(place, result, f"∂L/∂ŷ = sign(ŷ − y){_written(share)}", terms, then=then, note=_share_note(share))


def _shared(share: float, factor: Factor, text: str) -> Term:
    return product(*([Factor(share)] if share != 1 else []), factor, text=text)


def _written(share: float) -> str:
    return ", times its share" if share != 1 else ""


def _share_note(share: float) -> str:
    return f" Its share of what is minimised: {share:.4g}." if share != 1 else ""
