"""Forms of stories: the words, each file, the place, the uses; drawing a statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.uploads import UploadError
from lamppost.stakeholders.models import Group
from lamppost.voices.forms import language_choices

from ..actions.statements import LONGEST
from ..media import audio_of, photo_of
from ..models import Conversation, Story
from .own_words import OwnWordsForm
from .votes import says_something

LONGEST_STORY = 4000
# As many hopes and fears are taken in at once.
MOST_LINES = 100


class StoryForm(OwnWordsForm):
    """A hope, a fear or an experience in the teller's own words."""

    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )


class PhotoForm(forms.Form):
    """A photo, what it shows in words, and whether everybody may see it."""

    photo = forms.FileField(
        label=gettext_lazy("The photo"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, up to 10 MB. Where and when it was taken is not kept."
        ),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        ),
        error_messages={"required": gettext_lazy("Choose a photo.")},
    )
    photo_words = forms.CharField(
        label=gettext_lazy("What does it show?"),
        help_text=gettext_lazy("In a few words. Names of people do not belong here."),
        max_length=200,
        error_messages={
            "required": gettext_lazy(
                "Say in a few words what it shows. Whoever cannot see the photo hears them."
            )
        },
    )
    may_show_photo = forms.BooleanField(
        label=gettext_lazy("The photo may be shown to everybody, beside my words."), required=False
    )

    def clean_photo(self) -> bytes:
        try:
            return photo_of(self.cleaned_data["photo"])
        except UploadError as why:
            raise forms.ValidationError(str(why)) from None


class AudioForm(forms.Form):
    """A recording, and whether everybody may hear it."""

    audio = forms.FileField(
        label=gettext_lazy("The recording"),
        help_text=gettext_lazy(
            "MP3, M4A, OGG, WebM or WAV, up to 10 MB. It is kept as it is: your voice can be "
            "recognised, and what your device wrote into the file stays."
        ),
        widget=forms.FileInput(attrs={"accept": "audio/*", "capture": "user"}),
        error_messages={"required": gettext_lazy("Choose a recording.")},
    )
    may_play_audio = forms.BooleanField(
        label=gettext_lazy("The recording may be played to everybody, beside my words."),
        required=False,
    )

    def clean_audio(self) -> tuple[bytes, str]:
        try:
            return audio_of(self.cleaned_data["audio"])
        except UploadError as why:
            raise forms.ValidationError(str(why)) from None


class PlaceForm(forms.Form):
    """Where it happened, as one would tell a neighbour."""

    place = forms.CharField(
        label=gettext_lazy("Where was it?"),
        help_text=gettext_lazy(
            "A street, a corner, a stop. Leave it empty to say nothing. Not your own address."
        ),
        max_length=120,
        required=False,
    )


class UsesForm(forms.Form):
    """What may be done with the story, each use for itself."""

    show_words = forms.BooleanField(
        label=gettext_lazy("The words may be shown to everybody, without my name."), required=False
    )
    may_show_photo = forms.BooleanField(
        label=gettext_lazy("The photo may be shown beside them."), required=False
    )
    may_play_audio = forms.BooleanField(
        label=gettext_lazy("The recording may be played beside them."), required=False
    )
    may_become_statement = forms.BooleanField(
        label=gettext_lazy("A statement may be made of it, on which others vote."), required=False
    )
    may_be_quoted = forms.BooleanField(
        label=gettext_lazy("It may be quoted in reports, without my name."), required=False
    )

    def __init__(self, *args: Any, story: Story, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not story.photo:
            del self.fields["may_show_photo"]
        if not story.audio:
            del self.fields["may_play_audio"]

    def uses(self) -> dict[str, bool]:
        return {n: bool(v) for n, v in self.cleaned_data.items() if n != "show_words"}


class DrawForm(forms.Form):
    """A statement from a story: for which question, and its words."""

    conversation = forms.ModelChoiceField(
        Conversation.objects.none(),
        label=gettext_lazy("For which question"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a question.")},
    )
    text = forms.CharField(
        label=gettext_lazy("The statement"),
        help_text=gettext_lazy(
            "One thought that one can agree or disagree with, as close to the teller's own words "
            "as it can be."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, questions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conversation"].queryset = questions  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not says_something(text):
            raise forms.ValidationError(_("Write a sentence."))
        return text


class RoomStoryForm(forms.Form):
    """A hope or a fear of a workshop's group, typed in quickly: Enter sends."""

    group = forms.ChoiceField(label=gettext_lazy("Who said it"), choices=Group.choices)
    feeling = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=Story.Feeling.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is a hope, a fear or more.")},
    )
    text = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=LONGEST_STORY,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    consent = forms.BooleanField(
        label=gettext_lazy("Who said it agreed that it may be shown, without a name."),
        required=False,
    )

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not says_something(text):
            raise forms.ValidationError(_("Write a few words."))
        return text


class RoomStoriesForm(RoomStoryForm):
    """Several hopes or fears at once, one in each line: pasted from a list."""

    text = forms.CharField(
        label=gettext_lazy("In their words, one in each line"),
        max_length=MOST_LINES * LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )

    def clean_text(self) -> list[str]:  # type: ignore[override]
        lines = [" ".join(line.split()) for line in self.cleaned_data["text"].splitlines()]
        given = [(number, line) for number, line in enumerate(lines, start=1) if line]
        if len(given) > MOST_LINES:
            text = _("These are %(count)d lines. Send at most %(most)d at once.")
            raise forms.ValidationError(text % {"count": len(given), "most": MOST_LINES})
        for number, line in given:
            if not says_something(line):
                text = _("Line %(line)d has no words. Take it out, or write it again.")
                raise forms.ValidationError(text % {"line": number})
            if len(line) > LONGEST_STORY:
                text = _("Line %(line)d is too long. Break it into two.")
                raise forms.ValidationError(text % {"line": number})
        return [line for _number, line in given]
