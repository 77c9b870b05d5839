// Say on the page that a passkey could not be used; django-allauth only writes it to the console.
document.addEventListener('allauth.error', function (event) {
  const line = document.getElementById('passkey-failed')
  if (line && event.detail.tags.includes('webauthn')) {
    event.preventDefault()
    line.hidden = false
    line.scrollIntoView({ block: 'nearest' })
  }
})
