"""The page behind `paymentUrl`: the buyer pays, is declined, or leaves."""

from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from sandbox.lava.cashier import Cashier
from sandbox.lava.contracts import ABANDONED, Contract, Status

_TEMPLATES = Path(__file__).parent / "templates"
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€"}
_METHOD_TITLES = {"CARD": "Банковская карта", "SBP": "Система быстрых платежей"}
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY}


class Checkout:
    def __init__(self, cashier: Cashier) -> None:
        self._cashier = cashier
        self._window = Template((_TEMPLATES / "checkout.html").read_text(encoding="utf-8"))
        self._result = Template((_TEMPLATES / "result.html").read_text(encoding="utf-8"))

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/lava/pay/{id}", self._show),
            web.post("/lava/pay/{id}", self._press),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        contract = self._contract(request)
        contract.visit()
        if contract.is_open:
            return _page(self._window, contract)
        return self._outcome(contract)

    async def _press(self, request: web.Request) -> web.Response:
        """A second click finds the contract closed and changes nothing."""
        contract = self._contract(request)
        match (await request.post()).get("action"):
            case "pay":
                self._cashier.pay(contract)
            case "decline":
                self._cashier.decline(contract)
            case "abandon" if contract.is_open:
                return self._left(contract)
            case "abandon":
                pass
            case _:
                raise web.HTTPBadRequest(text="no such button")
        return self._outcome(contract)

    def _outcome(self, contract: Contract) -> web.Response:
        urls = contract.return_urls
        if contract.status is Status.COMPLETED:
            words = ("ok", "✓", "Оплата прошла", "Токены придут в бот через несколько секунд.")
            return self._farewell(contract, words, urls.find_safe(urls.success))
        if contract.error_message == ABANDONED:
            words = ("bad", "⌛", "Время оплаты вышло", "Создайте новый счёт в боте.")
            return self._farewell(contract, words, urls.find_safe(urls.failure))
        words = ("bad", "✕", "Платёж отклонён", "Деньги не списаны. Попробуйте ещё раз из бота.")
        return self._farewell(contract, words, urls.find_safe(urls.failure))

    def _left(self, contract: Contract) -> web.Response:
        words = (
            "bad",
            "←",
            "Вы ушли без оплаты",
            "Счёт ещё открыт: по той же ссылке его можно оплатить.",
        )
        return self._farewell(
            contract, words, contract.return_urls.find_safe(contract.return_urls.cancel)
        )

    def _farewell(
        self, contract: Contract, words: tuple[str, str, str, str], return_url: str | None
    ) -> web.Response:
        kind, sign, title, text = words
        refresh = back = ""
        if return_url is not None:
            target = escape(return_url, quote=True)
            refresh = f'<meta http-equiv="refresh" content="2;url={target}">'
            back = f'<a class="button" href="{target}">Вернуться в магазин</a>'
        return _page(
            self._result,
            contract,
            kind=kind,
            sign=sign,
            title=title,
            text=text,
            refresh=refresh,
            back=back,
        )

    def _contract(self, request: web.Request) -> Contract:
        contract = self._cashier.contracts.get(request.match_info["id"])
        if contract is None:
            raise web.HTTPNotFound(text="Счёт не найден")
        return contract


def _page(template: Template, contract: Contract, **more: str) -> web.Response:
    amount = f"{contract.amount.normalize():f} {_SIGNS[contract.currency]}"
    text = template.substitute(
        product=escape(contract.offer.product_title),
        offer=escape(contract.offer.name),
        amount=amount,
        email=escape(contract.email),
        method=escape(_METHOD_TITLES.get(contract.method, contract.method)),
        number=contract.id[:8],
        **more,
    )
    return web.Response(text=text, content_type="text/html", headers=_HEADERS)
