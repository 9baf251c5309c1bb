from django.urls import path

from . import views

app_name = "plans"

urlpatterns = [
    path("<int:pk>/de-an/", views.sections, name="sections"),
    path("<int:pk>/de-an/chi-tieu/", views.targets, name="targets"),
    path("<int:pk>/cong-trinh/", views.works, name="works"),
    path("<int:pk>/cong-trinh/them/", views.edit_work, name="add_work"),
    path("<int:pk>/cong-trinh/thanh-toan/", views.payments, name="payments"),
    path("<int:pk>/cong-trinh/<int:work_id>/", views.edit_work, name="edit_work"),
    path("<int:pk>/cong-trinh/<int:work_id>/bo/", views.remove_work, name="remove_work"),
]
