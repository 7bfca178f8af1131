import { go, print } from "../program.ts";

using file = go.NewFile();
file.SetCellValue("Sheet1", "A1", "name");
file.SetCellValue("Sheet1", "B1", 42);
for (const [cell, value] of [["A2", "x"], ["B2", 1.5], ["C2", true]] as const) {
  file.SetCellValue("Sheet1", cell, value);
}
file.SetCellFormula("Sheet1", "C1", "=B1*2");
const rows = file.GetRows("Sheet1");
print(rows.length, rows[0].slice(0, 2));
print(file.CalcCellValue("Sheet1", "C1"), "<nil>");
try {
  file.GetCellValue("nowhere", "A1");
} catch (error) {
  print((error as Error).message);
}
file.Close();
