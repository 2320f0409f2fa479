"""For whom something is: the whole county, one township or one site; the part that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms

from county.places.models import Place, PlaceKind, Site

SCOPES = (("county", "全县"), ("township", "一个乡镇"), ("site", "一个站点"))


class ScopeForm(forms.Form):
    """Asks for whom; after cleaning, ``group`` is the group of boxes."""

    scope = forms.ChoiceField(label="范围", choices=SCOPES, initial="county", widget=forms.RadioSelect)
    township = forms.ChoiceField(label="乡镇", required=False, error_messages={"invalid_choice": "没有这个乡镇。"})
    site = forms.CharField(
        label="站点", required=False, max_length=100, widget=forms.TextInput(attrs={"list": "sites"})
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        places = Place.objects.filter(kind__in=(PlaceKind.TOWNSHIP, PlaceKind.ZONE))
        self.fields["township"].choices = [("", "请选择"), *places.values_list("pk", "name")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Work out the group; errors name their field."""
        values = super().clean() or self.cleaned_data
        scope = values.get("scope")
        values["group"] = "county"
        if scope == "township":
            if not values.get("township"):
                self.add_error("township", "请选择乡镇。")
            values["group"] = f"township-{values.get('township')}"
        elif scope == "site":
            self._site(values)
        return values

    def _site(self, values: dict[str, Any]) -> None:
        found = _called(values.get("site", "").strip())
        if len(found) != 1:
            many = "这个名称的站点不止一个，请从提示中选择。"
            self.add_error("site", many if found else "没有这个名称的站点，请从提示中选择。")
        else:
            values["group"] = f"site-{found[0].pk}"


def _called(name: str) -> list[Site]:
    """Return at most two sites of this name, or else those whose name begins with it: 青溪村 is 青溪村远教站点."""
    if not name:
        return []
    return list(Site.objects.filter(name=name)[:2]) or list(Site.objects.filter(name__startswith=name)[:2])


def typed_scope(group: str) -> dict[str, str]:
    """Return what a form shows for a group of boxes."""
    kind, _, key = group.partition("-")
    site = Site.objects.filter(pk=key).first() if kind == "site" else None
    return {"scope": kind, "township": key if kind == "township" else "", "site": site.name if site else ""}
