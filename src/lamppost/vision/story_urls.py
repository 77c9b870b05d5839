"""Routes of stories, below /p/<partnership>/vision/."""

from django.urls import path

from .views import stories, tell

urlpatterns = [
    path("stories/", stories.stories, name="stories"),
    path("stories/<int:story>/", stories.story, name="story"),
    path("stories/<int:story>/photo/", stories.story_photo, name="story_photo"),
    path("stories/<int:story>/recording/", stories.story_audio, name="story_audio"),
    path("stories/<int:story>/statement/", stories.story_draw, name="story_draw"),
    path("my-stories/<int:story>/", tell.my_story, name="my_story"),
    path("my-stories/<int:story>/photo/", tell.my_story_photo, name="my_story_photo"),
    path("my-stories/<int:story>/recording/", tell.my_story_audio, name="my_story_audio"),
    path("my-stories/<int:story>/place/", tell.my_story_place, name="my_story_place"),
    path("my-stories/<int:story>/take-out/", tell.my_story_take_out, name="my_story_take_out"),
]
