// Pages work without this. It opens a folded group when a link leads into it, and offers pictures as PNG too.
"use strict";
(function () {
  function open() {
    var id = decodeURIComponent(location.hash.slice(1));
    var place = id && document.getElementById(id);
    var wasFolded = false;
    for (var each = place && place.closest("details"); each; each = each.parentElement && each.parentElement.closest("details")) {
      wasFolded = wasFolded || !each.open;
      each.open = true;
    }
    // What was there to be seen the browser has found by itself, below the bar that sticks.
    if (wasFolded) { place.scrollIntoView({ block: place.offsetHeight > window.innerHeight / 2 ? "start" : "center" }); }
  }
  window.addEventListener("hashchange", open);
  open();
  function offerPng(link) {
    var png = document.createElement("button");
    png.type = "button";
    png.textContent = "PNG";
    png.addEventListener("click", function () {
      var picture = new Image();
      picture.addEventListener("load", function () {
        var canvas = document.createElement("canvas");
        canvas.width = picture.naturalWidth * 2;
        canvas.height = picture.naturalHeight * 2;
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          var file = document.createElement("a");
          file.href = URL.createObjectURL(blob);
          file.download = link.pathname.split("/").pop().replace(/\.svg$/, ".png").replace(/%2C|,/gi, "-");
          file.click();
          setTimeout(function () { URL.revokeObjectURL(file.href); }, 10000);
        }, "image/png");
      });
      picture.src = link.href;
    });
    link.after(" ", png);
  }
  document.querySelectorAll("a[data-also-png]").forEach(offerPng);
})();
