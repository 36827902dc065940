"""What random people do in the mini app: look, upload, order, reuse, pay."""

import os
from random import Random
from typing import Any

from hypothesis import strategies as st

from e2e.random_day import email_of
from e2e.random_words import FILM, PHOTO
from e2e.stage import MiniApp, Person, Stage

READABLE = st.sampled_from(["models", "generations", "packages", "payments"])
NONSENSE: list[Any] = [{}, [], "x", {"model": "nano-banana"}, {"params": {"a": 1}}]
BUSY = (429, 503)


def open_shop(person: Person) -> MiniApp:
    answer = person.stage.http.post(person.url("web_app"), json={"source": "menu"})
    answer.raise_for_status()
    return MiniApp(person.stage, answer.json()["url"], answer.json()["init_data"])


def order_by_form(app: MiniApp, luck: Random, prompt: str) -> None:
    """Any model and mode at the price that is shown, often sent twice; a refusal is a plain one."""
    models = app.get("models").json()["models"]
    model = luck.choice(models)
    mode = luck.choice(model["modes"])
    params = {
        one["name"]: luck.choice(one["options"])["value"]
        for one in mode["params"]
        if one["type"] == "choice" and luck.random() < 0.5
    }
    form: dict[str, Any] = {"model": model["slug"], "mode": mode["mode"], "prompt": prompt}
    form |= {"params": params, "inputs": _inputs(app, mode, luck)}
    roles = [{"role": one["role"]} for one in form["inputs"]]
    quoted = app.post("quotes", form | {"inputs": roles})
    if quoted.status_code != 200:
        assert 400 <= quoted.status_code < 500 or quoted.status_code in BUSY, quoted.text
        return
    wanted = form | {"client_request_id": os.urandom(8).hex(), "price": quoted.json()["price"]}
    answers = [app.post("generations", wanted) for _ in range(luck.randint(1, 2))]
    for answer in answers:
        assert answer.status_code in BUSY or answer.status_code < 500, (answer.text, wanted)
    made = {answer.json()["id"] for answer in answers if answer.status_code in (200, 201)}
    assert len(made) <= 1, made


def cancel_something(app: MiniApp, luck: Random) -> None:
    orders = app.get("generations").json()["generations"]
    if orders:
        order = luck.choice(orders)
        answer = app.post(f"generations/{order['id']}/cancel", {})
        assert answer.status_code in (200, 409, *BUSY), answer.text


def buy(stage: Stage, person: Person, app: MiniApp, moves: list[str]) -> None:
    """Begin to buy; then whatever comes to the newest contract: paid, declined, told again."""
    request_id = os.urandom(8).hex()
    email = email_of(person)
    order = {"package_code": "tokens_100", "email": email, "client_request_id": request_id}
    answer = app.post("payments", order)
    # Ten a minute are let through.
    assert answer.status_code in (201, *BUSY), answer.text
    lava = f"{stage.sandbox}/__lava/contracts"
    contracts = stage.http.get(lava).json()["contracts"]
    mine = [one["id"] for one in contracts if one["email"] == email]
    for move in moves if mine else []:
        stage.http.post(f"{lava}/{mine[-1]}/{move}", json=TOLD_AGAIN if move == "webhook" else {})


def _inputs(app: MiniApp, mode: dict[str, Any], luck: Random) -> list[dict[str, Any]]:
    """For each role something of its kind: a file that is uploaded, or an own result."""
    results = [
        one["id"]
        for one in app.get("generations").json()["generations"]
        if one["status"] == "done" and one["results"]
    ]
    found = []
    for wanted in mode["inputs"]:
        if not wanted["is_required"] and luck.random() < 0.5:
            continue
        if results and luck.random() < 0.5:
            found.append({"role": wanted["role"], "generation_id": luck.choice(results)})
            continue
        is_film = any(mime.startswith("video") for mime in wanted["mime_types"])
        uploaded = upload(app, FILM if is_film else PHOTO)
        if uploaded:
            found.append({"role": wanted["role"], "upload_id": uploaded})
    return found


def upload(app: MiniApp, content: bytes) -> str:
    """The id; empty when the file is not taken."""
    answer = app.stage.http.post(app.address("uploads"), content=content, headers=app._proof())
    assert answer.status_code < 500 or answer.status_code in BUSY, answer.text
    return answer.json()["id"] if answer.status_code == 201 else ""


TOLD_AGAIN = {"times": 3, "parallel": True}
