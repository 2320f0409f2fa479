"""Log-in, log-out, changing one's own password, and the telephone number under which one is reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from county.accounts.models import Person
from county.accounts.passwords import TOO_MANY, LongEnough, forget_wrong, is_paused, note_wrong
from county.pages.access import EVERYBODY, page, person_of


class LogInForm(AuthenticationForm):
    """User name and password, with errors that do not say which of the two was wrong."""

    error_messages = {  # noqa: RUF012 - Django's own way
        "invalid_login": "用户名或密码不对，请再试一次。密码区分大小写；忘记密码请联系县远教办管理员。",
        "inactive": "这个账号已停用，请联系县远教办管理员。",
    }

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        _label(self, username="用户名", password="密码")  # noqa: S106 - a label

    def clean(self) -> dict[str, Any]:
        """Look at the password unless too many wrong ones came before it."""
        username, now = self.cleaned_data.get("username"), timezone.now()
        if not username or not self.cleaned_data.get("password") or self.request is None:
            return self.cleaned_data
        address = str(self.request.META["REMOTE_ADDR"])
        if is_paused(username, address, now):
            raise forms.ValidationError(TOO_MANY)
        try:
            values = super().clean()
        except forms.ValidationError:
            note_wrong(username, address, now)
            raise
        forget_wrong(username, address)
        return values


class PasswordForm(PasswordChangeForm):
    """The old password, and twice the new one."""

    error_messages = {  # noqa: RUF012
        "password_incorrect": "原密码不对，请再试一次。",
        "password_mismatch": "两次输入的新密码不一样。",
    }

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(person_of(request), request.POST or None)
        self._address = str(request.META["REMOTE_ADDR"])
        _label(self, old_password="原密码", new_password1="新密码", new_password2="再输一次新密码")  # noqa: S106
        self.fields["new_password1"].help_text = LongEnough().get_help_text()
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """Compare the old password unless too many wrong ones came before it."""
        username, now = self.user.get_username(), timezone.now()
        if is_paused(username, self._address, now):
            raise forms.ValidationError(TOO_MANY)
        try:
            given = super().clean_old_password()
        except forms.ValidationError:
            note_wrong(username, self._address, now)
            raise
        forget_wrong(username, self._address)
        return str(given)


class TelephoneForm(forms.Form):
    """A number as people write it; empty for none."""

    telephone = forms.RegexField(
        r"^[0-9+() -]{5,30}$",
        label="联系电话",
        required=False,
        help_text="县远教办的页面上可以看到；乡镇组织干事的电话也显示在本乡镇站点的电视上。",
        error_messages={"invalid": "电话号码只用数字、空格和横线，5 到 30 位。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "maxlength": 30}),
    )


@page(EVERYBODY, "GET", "POST")
def password(request: HttpRequest) -> HttpResponse:
    """Let a person change his own password; he stays logged in here and nowhere else."""
    form = PasswordForm(request)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "密码已修改，下次请用新密码登录。")
        return redirect("/")
    context = {"form": form, "telephone": TelephoneForm({"telephone": person_of(request).telephone})}
    return render(request, "password.html", context, status=422 if form.errors else 200)


@page(EVERYBODY, "POST")
def telephone(request: HttpRequest) -> HttpResponse:
    """Let a person say under which number he is reached."""
    form = TelephoneForm(request.POST)
    if form.is_valid():
        Person.objects.filter(pk=person_of(request).pk).update(telephone=form.cleaned_data["telephone"].strip())
        messages.success(request, "联系电话已保存。")
        return redirect("/password")
    blank = PasswordChangeForm(person_of(request))
    _label(blank, old_password="原密码", new_password1="新密码", new_password2="再输一次新密码")  # noqa: S106
    return render(request, "password.html", {"form": blank, "telephone": form}, status=422)


def _label(form: forms.Form, **labels: str) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].error_messages["required"] = f"请填写{label}。"


log_in = LoginView.as_view(template_name="log_in.html", authentication_form=LogInForm, redirect_authenticated_user=True)
log_out = LogoutView.as_view(next_page="/login")
