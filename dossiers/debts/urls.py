from django.urls import path

from . import views

app_name = "debts"

urlpatterns = [
    path("<int:pk>/no-dong/", views.debt, name="debt"),
    path("<int:pk>/no-dong/tep/<uuid:document_id>/", views.open_paper, name="open_paper"),
]
