"""What people should hear of without looking for it: reminders on the page, and one e-mail a day with those unread."""
