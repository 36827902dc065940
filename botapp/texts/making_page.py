"""What the page says where pictures and films are made; plain text, `{…}` is filled by the page.

What is checked before sending is said in the words of `texts/generation.py`: the sentences here
are the same ones, so that the page and the server never differ.
"""

from django.utils.translation import gettext as _

from botapp.texts import writing as texts


def page_texts() -> dict[str, str]:
    """Everything the making screens say by themselves, in the active language."""
    return _navigation() | _form() | _suggestion() | _price() | _files() | _work() | _gallery()


def _navigation() -> dict[str, str]:
    return {
        "tabs": _("Sections"),
        "tabCreate": _("Create"),
        "tabGallery": _("My works"),
        "tabShop": _("Tokens"),
        "create": _("Create a picture or a video"),
    }


def _form() -> dict[str, str]:
    return {
        "createTitle": _("New work"),
        "model": _("Model"),
        "chooseModel": _("Choose a model"),
        "noModels": _("No model is available right now. Please look in a little later."),
        "kind": _("What to show"),
        "pictures": _("Pictures"),
        "films": _("Videos"),
        "mode": _("What to do"),
        "prompt": _("Description"),
        "promptPlaceholder": _("A ginger cat on the Moon, watercolour…"),
        "promptTooLong": _("The prompt is too long: {length} characters, at most {length_max}."),
        "describeMotion": _("Describe what moves, or create it as it is."),
        "counter": _("{length} of {maximum}"),
        "settings": _("Settings"),
        "quantity": _("How many"),
        "less": _("One less"),
        "more": _("One more"),
    }


def _suggestion() -> dict[str, str]:
    return {
        "improve": texts.improve(),
        "improving": texts.improving(),
        "suggestion": texts.suggested(),
        "takeSuggestion": texts.take(),
        "anotherSuggestion": texts.more(),
        "keepPrompt": texts.keep(),
        "suggestionTaken": _("The new description is in its field: you can still change it."),
    }


def _price() -> dict[str, str]:
    return {
        "priceFrom": _("from {price}"),
        "priceImage": _("{price} a picture"),
        "priceSecond": _("{price} a second"),
        "priceGeneration": _("{price} an order"),
        "usualTime": _("usually {time}"),
        "counting": _("Counting the price…"),
        "createFor": _("Create for {price} · you have {balance}"),
        "confirmPrice": _("This costs {price}. Create it?"),
        "topUp": _("Top up the balance"),
        "priceAndRest": _("Price {price}, {rest} will be left"),
        "priceTooHigh": _("Price {price}, you have {balance}: not enough tokens yet"),
    }


def _files() -> dict[str, str]:
    return {
        "references": _("My references"),
        "addFile": _("Choose a file"),
        "optional": _("{title} (if you like)"),
        "filesHint": _("{types}, up to {size} MB"),
        "filesCount": _("up to {count} files"),
        "fileLabel": _("File {position} of {count}: {name}"),
        "moveHint": _("Drag it or press an arrow key to change the order."),
        "moved": _("Moved: now {position} of {count}"),
        "remove": _("Remove {name}"),
        "givenBefore": _("file of the earlier work"),
        "filesGone": _("Not all files of that work are still there: please add them again."),
        "uploading": _("Sending the file…"),
        "uploadFailed": _("The file could not be sent. Check the internet and try again."),
        "tooManyFiles": _("Too many files: this model takes at most {count} of this kind."),
        "wrongFileType": _("This file does not fit: the model takes {types}."),
        "fileTooLarge": _("The file is too big: at most {megabytes} MB."),
        "pictureTooSmall": _("The picture is too small: at least {pixels} pixels a side."),
        "pictureTooNarrow": _(
            "The picture is too narrow: one side may be at most {times} times as long as the other."
        ),
        "filmTooBig": _("The video is too big: this model takes at most {megabytes} MB."),
        "filmTooLong": _("The video is too long: this model takes at most {seconds} s."),
    }


def _work() -> dict[str, str]:
    return {
        "makingTitle": _("Making it"),
        "doneTitle": _("It is ready"),
        "notMadeTitle": _("It did not work out"),
        "cancelledTitle": _("Cancelled"),
        "progress": _("How far it is"),
        "position": _("your place: {position}"),
        "comesToChat": _("You may close this page: the result comes to the chat as well."),
        "originalInChat": _("The original without compression is in the chat."),
        "originalsInChat": _("The originals without compression are in the chat."),
        "cancel": _("Cancel and get the tokens back"),
        "cancelAsk": _("Cancel this work? The tokens come back."),
        "makeAnother": _("Make another one"),
        "reuse": _("Repeat with this description and settings"),
        "soften": texts.make_safer(),
        "withModel": _("The same with {model}"),
        "editPicture": _("Change this picture"),
        "editChosen": _("Change the chosen picture"),
        "editFilm": _("Go on from this video"),
        "animate": _("Bring this picture to life"),
        "animateChosen": _("Bring the chosen picture to life"),
        "ways": _("What else can be done"),
        "order": _("What was ordered"),
        "whichResult": _("Which picture is meant"),
        "resultNumber": _("Result {position}"),
        "resultLabel": _("Result {position}: {prompt}"),
        "refunded": _("Returned {tokens}, your balance is {balance}"),
        "paidNet": _("Price {price}, in the end {net}"),
    }


def _gallery() -> dict[str, str]:
    return {
        "galleryTitle": _("My works"),
        "all": _("All"),
        "galleryEmpty": _("Nothing here yet. The first picture takes less than a minute."),
        "noPictures": _("No pictures here yet. The first one takes less than a minute."),
        "noFilms": _("No videos here yet. The first one takes a few minutes."),
        "showMore": _("Show more"),
    }
