from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("chats/", views.chat_list, name="chats"),
    path("chats/<int:chat_id>/", views.chat, name="chat"),
    path("chats/<int:chat_id>/read/", views.mark_read, name="mark_read"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("inputs/<int:order_id>/<int:index>/", views.order_input, name="order_input"),
    path("media/<int:message_id>/", views.media, name="media"),
    path("results/<int:result_id>/", views.result, name="result"),
    path("results/<int:result_id>/small/", views.thumbnail, name="thumbnail"),
]
