// Jumps to what is clicked and follows the sound; without a recording nothing to do.
const audio = document.querySelector("audio");
const words = [...document.querySelectorAll(".word[data-at]")];
const starts = words.map((word) => Number(word.dataset.at));
const head = document.querySelector(".head");
let shown = null;

function wordAt(seconds) {
  let low = 0, high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1; else high = middle;
  }
  return words[low - 1] ?? null;
}

function follow() {
  const word = wordAt(audio.currentTime);
  if (word !== shown) {
    shown?.classList.remove("now");
    word?.classList.add("now");
    shown = word;
  }
  if (head && audio.duration) {
    const x = 1000 * audio.currentTime / audio.duration;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
  }
}

function jump(event) {
  const target = event.target.closest("[data-at]");
  if (!target || !audio) return;
  audio.currentTime = Number(target.dataset.at);
  audio.play();
}

document.addEventListener("click", jump);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".word")) jump(event);
});
audio?.addEventListener("timeupdate", follow);
audio?.addEventListener("seeked", follow);
