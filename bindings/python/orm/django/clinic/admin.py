from django.contrib import admin

from clinic.models import Patient, Visit


@admin.register(Patient)
class PatientAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "visits", "birthday")
    sortable_by = ("name",)
    search_fields = ("email__exact",)


@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):
    list_display = ("reason", "patient__email")
