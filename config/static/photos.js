// The other thread of uploads.js: it makes photos smaller, one at a time, so that the page stays quick and only one
// photo is unpacked in memory.
//
// Asked with {number, file} it answers {number, blob}: a JPEG, or null where the file should be sent as it is. Whatever
// is not understood here is sent as it is.
(function () {
  "use strict";

  const MIB = 1024 * 1024;
  const LONGEST = 2560;
  const LARGE = 1.5 * MIB;
  // One part of an upload: what is sent of a photo is then bound by one hash.
  const MOST = 5 * MIB;
  const QUALITY = 0.85;
  const ORIENTATION = 0x0112;
  const SHORT = 3;
  // What PNG and WebP call data that a JPEG made here would lose: EXIF, and moving pictures.
  const LOST = ["eXIf", "EXIF", "acTL", "ANIM"];

  function hasAt(bytes, place, text) {
    for (let n = 0; n < text.length; n += 1) if (bytes[place + n] !== text.charCodeAt(n)) return false;
    return true;
  }

  function has(bytes, text) {
    const first = text.charCodeAt(0);
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) if (hasAt(bytes, at, text)) return true;
    return false;
  }

  /**
   * Return the segment of a JPEG that holds its EXIF (APP1: time, place, camera), or null where there is none.
   *
   * Throws for segments that are not one after the other (ITU T.81, B.1.1), so that no EXIF is overlooked.
   */
  function exifOf(bytes) {
    const view = new DataView(bytes.buffer);
    for (let at = 2; ; ) {
      const marker = view.getUint16(at);
      if (marker < 0xffc0 || marker === 0xffff) throw new RangeError("no marker");
      if (marker === 0xffda) return null;
      const end = at + 2 + view.getUint16(at + 2);
      if (marker === 0xffe1 && hasAt(bytes, at + 4, "Exif\0\0")) return bytes.slice(at, end);
      at = end;
    }
  }

  /** Say in an EXIF segment that the picture stands upright (TIFF 6.0: a directory of entries of 12 bytes). */
  function setUpright(segment) {
    const tiff = new DataView(segment.buffer, 10);
    const little = tiff.getUint16(0) === 0x4949;
    const directory = tiff.getUint32(4, little);
    for (let left = tiff.getUint16(directory, little), entry = directory + 2; left; left -= 1, entry += 12) {
      if (tiff.getUint16(entry, little) !== ORIENTATION) continue;
      if (tiff.getUint16(entry + 2, little) !== SHORT) throw new RangeError("no orientation");
      tiff.setUint16(entry + 8, 1, little);
    }
  }

  async function drawn(picture, scale) {
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    // Drawn by the processor: the same photo gives the same bytes again, which an upload that is resumed needs.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  }

  async function smaller(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
    if (!isJpeg && LOST.some((name) => has(bytes, name))) return null;
    const exif = isJpeg ? exifOf(bytes) : null;
    if (exif) setUpright(exif);
    // Browsers that do not know the option refuse it; of the others it is sure that they turn the picture.
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    try {
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size <= LARGE) return null;
      const jpeg = await drawn(picture, scale);
      // The EXIF comes first, right after the two bytes that begin every JPEG.
      const made = exif ? new Blob([jpeg.slice(0, 2), exif, jpeg.slice(2)]) : jpeg;
      return made.size < file.size && made.size <= MOST ? made : null;
    } finally {
      picture.close();
    }
  }

  let turn = Promise.resolve();
  globalThis.addEventListener("message", ({ data: { number, file } }) => {
    turn = turn.then(async () => postMessage({ number, blob: await smaller(file).catch(() => null) }));
  });
})();
