"""People who sign in. They are deactivated, never deleted: what they did stays theirs."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NEVER_DELETED = "people are deactivated, never deleted"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        """Keep the people who may sign in."""
        return self.filter(is_active=True)

    def delete(self) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError(NEVER_DELETED)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    """Creates people. Usernames are normalised (NFKC) and lower-cased, so one person has one spelling."""

    use_in_migrations = False

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they cannot sign in by password."""
        user: User = self.model(username=User.normalize_username(username).strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create a person for whom Django grants every permission; no role in any dossier comes with it."""
        return self.create_user(username, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person as they type their name, whatever the case. Raises DoesNotExist."""
        return self.get(username=User.normalize_username(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from their appointments alone.

    ``is_demo`` marks the people of the demonstration.
    """

    username = models.CharField(
        _("Tên đăng nhập"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Tên đăng nhập này đã có.")},
    )
    full_name = models.CharField(_("Họ và tên"), max_length=150)
    email = models.EmailField(_("Thư điện tử"), blank=True)
    phone = models.CharField(_("Điện thoại"), max_length=20, blank=True)
    is_active = models.BooleanField(_("Đang hoạt động"), default=True)
    is_demo = models.BooleanField(_("Tài khoản dùng thử"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    class Meta:
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """The given name, which Vietnamese write last."""
        return self.get_full_name().split()[-1]

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError(NEVER_DELETED)
