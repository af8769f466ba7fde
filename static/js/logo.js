// The logo: what was chosen stands at the head of the previews at once, before it is sent; and while one is being drawn, the page looks
// again by itself. Without this the form and a link do the same.

const PAGE = '/admin/settings/logo';
const SHOWN = ['image/jpeg', 'image/png', 'image/webp'];
const file = document.getElementById('e-file');
const heads = document.querySelectorAll('[data-logo]');
const note = document.querySelector('[data-chosen]');

/** The file in the field, as an address that the content policy lets pages show; none where there is no picture. */
function read(picture) {
  return new Promise((resolve) => {
    if (!picture || !SHOWN.includes(picture.type)) {
      resolve(null);
      return;
    }
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result));
    reader.addEventListener('error', () => resolve(null));
    reader.readAsDataURL(picture);
  });
}

file.addEventListener('change', async () => {
  const chosen = file.files[0];
  const address = await read(chosen);
  // Another one was chosen meanwhile.
  if (chosen !== file.files[0]) return;
  for (const head of heads) {
    head.dataset.stored ??= head.getAttribute('src');
    head.src = address ?? head.dataset.stored;
  }
  note.hidden = !address;
});

/** Whether one is still being drawn; also where nobody answers. */
async function waits() {
  try {
    const answer = await fetch(PAGE, { cache: 'no-store' });
    return !answer.ok || (await answer.text()).includes('data-waiting');
  } catch {
    return true;
  }
}

// The page is left alone until there is news, and while somebody chooses another one.
async function again(pause) {
  if (!document.hidden && file.files.length === 0 && !await waits()) location.replace(PAGE);
  else setTimeout(again, pause, Math.min(pause * 1.5, 15_000));
}
if (document.querySelector('[data-waiting]')) setTimeout(again, 1000, 1500);
