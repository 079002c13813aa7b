namespace EdgeStream.Devices;

/// <summary>Registers that are read at once: 125 at most, or 2,000 bits.</summary>
/// <param name="Table">Their table.</param>
/// <param name="Address">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Registers">The values that lie in it.</param>
internal sealed record ModbusBlock(
    ModbusTable Table, int Address, int Count, IReadOnlyList<ModbusRegister> Registers)
{
    private const int RegistersMax = 125;
    private const int BitsMax = 2000;

    /// <summary>Puts registers together that lie side by side, or as far apart as a gap allows.</summary>
    internal static List<ModbusBlock> Of(IEnumerable<ModbusRegister> registers, int gapMax)
    {
        var blocks = new List<ModbusBlock>();
        foreach (var register in registers.OrderBy(one => one.Table).ThenBy(one => one.Address))
        {
            var last = blocks.Count > 0 ? blocks[^1] : null;
            var end = register.Address + register.Count;
            if (last is not null && last.Table == register.Table
                && register.Address <= last.Address + last.Count + gapMax
                && end - last.Address <= (register.IsBit ? BitsMax : RegistersMax))
            {
                blocks[^1] = last with
                {
                    Count = Math.Max(last.Count, end - last.Address), Registers = [.. last.Registers, register],
                };
            }
            else
            {
                blocks.Add(new ModbusBlock(register.Table, register.Address, register.Count, [register]));
            }
        }

        return blocks;
    }
}
