"""Log-in and log-out."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView


class LogInForm(AuthenticationForm):
    """User name and password, with errors that do not say which of the two was wrong."""

    error_messages = {  # noqa: RUF012 - Django's own way
        "invalid_login": "用户名或密码不对，请再试一次。密码区分大小写；忘记密码请联系县远教办管理员。",
        "inactive": "这个账号已停用，请联系县远教办管理员。",
    }

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        for name, label in (("username", "用户名"), ("password", "密码")):
            field: forms.Field = self.fields[name]
            field.label = label
            field.error_messages["required"] = f"请填写{label}。"


log_in = LoginView.as_view(template_name="log_in.html", authentication_form=LogInForm, redirect_authenticated_user=True)
log_out = LogoutView.as_view(next_page="/login")
