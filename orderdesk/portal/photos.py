"""A photo from a stranger's phone: decoded, shrunk, and written anew, so that nothing of the sent file remains."""

from __future__ import annotations

import io
import secrets
import warnings
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orderdesk.later import Later

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image, ImageOps = Later("PIL.Image"), Later("PIL.ImageOps")

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
_SIDE, _QUALITY = 2048, 82


def clean_photo(sent: UploadedFile[Any]) -> ContentFile[bytes]:
    """A new JPEG of at most 2048 pixels a side under a random name, without any metadata.

    DomainError `photo_too_big` beyond 10 MB or 40 megapixels, `not_a_photo` for anything but JPEG, PNG and WebP.
    """
    if (sent.size or 0) > MOST_BYTES:
        raise _too_big()
    out = io.BytesIO()
    try:
        _decode(sent).save(out, "JPEG", quality=_QUALITY)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise DomainError("not_a_photo", _("This is not a photo that we can read.")) from error
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(16)}.jpg")


def _decode(sent: UploadedFile[Any]) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        photo: Image.Image = Image.open(sent, formats=["JPEG", "PNG", "WEBP"])
        # The header tells the size before a single pixel is unpacked.
        if photo.width * photo.height > MOST_PIXELS:
            raise _too_big()
        upright = ImageOps.exif_transpose(photo)
        upright.thumbnail((_SIDE, _SIDE))
        fresh = Image.new("RGB", upright.size, "white")
        see_through = upright.convert("RGBA")
        fresh.paste(see_through, mask=see_through)
        return fresh


def _too_big() -> DomainError:
    return DomainError("photo_too_big", _("The photo is too big: at most 10 MB and 40 megapixels."))
