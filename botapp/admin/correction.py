"""An operator gives or takes tokens: a ledger row with a reason and a name, never an edit."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from botapp.business import balance
from botapp.models import Transaction, UserBalance


class CorrectionForm(forms.Form):
    """`nonce` is made with the empty form: however often it is sent, it is one correction."""

    amount = forms.DecimalField(
        label="Токены",
        help_text="Плюс — начислить, минус — списать",
        max_digits=10,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"autofocus": True}),
    )
    reason = forms.CharField(
        label="Причина",
        help_text="Останется в журнале навсегда",
        min_length=3,
        max_length=180,
        widget=UnfoldAdminTextInputWidget,
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("Ноль ничего не меняет")
        return amount


class CorrectionMixin:
    """The button on a wallet's page, and the page behind it."""

    actions_detail = ("correct",)

    def has_correct_permission(self, request: HttpRequest, *_: object) -> bool:
        return request.user.has_perm("botapp.change_userbalance")

    @action(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="Начислить или списать",
        url_path="correct",
        icon="add_card",
        permissions=["correct"],
    )
    def correct(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        wallet = self.get_object(request, object_id)
        if wallet is None:
            raise Http404
        form = CorrectionForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _post(request, wallet, form):
            return HttpResponseRedirect(
                reverse("admin:botapp_userbalance_change", args=[wallet.pk])
            )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Начислить или списать: {wallet.user}",
            "opts": self.model._meta,
            "wallet": wallet,
            "form": form,
        }
        return TemplateResponse(request, "admin/botapp/userbalance/correct.html", context)


def _post(request: HttpRequest, wallet: UserBalance, form: CorrectionForm) -> bool:
    if not isinstance(request.user, User):
        raise PermissionDenied
    facts = form.cleaned_data
    posting = balance.Posting(
        user_id=wallet.user_id,
        type=Transaction.Type.ADMIN,
        amount=facts["amount"],
        key=f"admin:{facts['nonce']}",
        description=f"{request.user.get_username()}: {facts['reason']}"[:255],
    )
    try:
        posted = _post_once(request.user, wallet, posting, reason=facts["reason"])
    except balance.NotEnoughTokensError as error:
        form.add_error("amount", f"В кошельке только {error.available} ⚡")
        return False
    except balance.KeyReusedError:
        form.add_error(None, "Эта форма уже проведена с другой суммой. Откройте её заново.")
        return False
    messages.success(request, f"{posted.amount:+} ⚡, в кошельке стало {posted.balance_after} ⚡")
    return True


@transaction.atomic
def _post_once(
    operator: User, wallet: UserBalance, posting: balance.Posting, *, reason: str
) -> Transaction:
    """One row of the ledger and one line of the journal, however often the form is sent."""
    # The clicks of a double click stand in line: the second one sees what the first has posted.
    balance.lock(user_id=wallet.user_id)
    is_repeat = Transaction.objects.filter(idempotency_key=posting.key).exists()
    posted = balance.post(posting)
    if not is_repeat:
        LogEntry.objects.log_actions(
            user_id=operator.pk,
            queryset=[wallet],
            action_flag=CHANGE,
            change_message=f"{posted.amount:+} ⚡: {reason}",
            single_object=True,
        )
    return posted
