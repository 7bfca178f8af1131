package main

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

func main() {
	file := excelize.NewFile()
	defer file.Close()
	file.SetCellValue("Sheet1", "A1", "name")
	file.SetCellValue("Sheet1", "B1", 42)
	file.SetSheetRow("Sheet1", "A2", &[]any{"x", 1.5, true})
	file.SetCellFormula("Sheet1", "C1", "=B1*2")
	rows, _ := file.GetRows("Sheet1")
	fmt.Println(len(rows), rows[0][:2])
	value, err := file.CalcCellValue("Sheet1", "C1")
	fmt.Println(value, err)
	_, err = file.GetCellValue("nowhere", "A1")
	fmt.Println(err)
}
