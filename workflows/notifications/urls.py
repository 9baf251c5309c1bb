from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.reminders, name="list"),
    path("<int:reminder_id>/", views.open_reminder, name="open"),
    path("da-doc/", views.mark_read, name="mark_read"),
    path("thu/", views.choose_mail, name="choose_mail"),
]
