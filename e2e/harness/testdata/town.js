document.getElementById("save").addEventListener("click", () => {
  setTimeout(() => { document.getElementById("saved").textContent = "已保存"; }, 200);
});
