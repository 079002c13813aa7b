namespace EdgeStream.Devices.Tests;

public class ModbusRegisterTests
{
    [Theory]
    [InlineData("v = holding 0 u16", "08 69", 2153)]
    [InlineData("v = input 0 i16 *0.1 -40", "00 FF", -14.5)]
    [InlineData("v = holding 0 u32", "00 01 00 02", 65538)]
    [InlineData("v = holding 0 u32 swapped", "00 02 00 01", 65538)]
    [InlineData("v = holding 0 f32 swapped", "00 00 41 AC", 21.5)]
    [InlineData("v = holding 0 u32 le", "02 00 01 00", 65538)]
    [InlineData("v = holding 0 u8", "08 69", 0x69)]
    public void A_value_is_read_from_its_registers(string text, string bytes, double value)
    {
        var register = ModbusRegister.Parse(text, out _)!;
        var read = register.Read(Convert.FromHexString(bytes.Replace(" ", "")), new byte[256]);
        var batch = new ReadingBatch();
        batch.Begin("d"u8, default);
        batch.Add(new Reading("v"u8, read));
        Assert.True(batch.TryEnd(out _));
        Assert.Equal(value, NumericFields.Extract(batch.DataOf(batch[0])).Single().Value);
    }

    [Theory]
    [InlineData("v = holding 0 bit:0", "00 01", true)]
    [InlineData("v = holding 0 bit:15", "80 00", true)]
    [InlineData("v = holding 0 bit:8", "80 00", false)]
    public void A_bit_is_counted_from_the_lowest(string text, string bytes, bool isSet)
    {
        var register = ModbusRegister.Parse(text, out _)!;
        var value = register.Read(Convert.FromHexString(bytes.Replace(" ", "")), new byte[256]);
        Assert.Equal((ReadingKind.Boolean, isSet ? 1L : 0L), (value.Kind, value.Bits));
    }

    [Theory]
    [InlineData("v")]
    [InlineData("v = holding")]
    [InlineData("v = holding x u16")]
    [InlineData("v = holding 65536 u16")]
    [InlineData("v = holding 65535 u32")]
    [InlineData("v = holding 0")]
    [InlineData("v = holding 0 u17")]
    [InlineData("v = holding 0 bit:16")]
    [InlineData("v = coil 0 u16")]
    [InlineData("v = register 0 u16")]
    [InlineData("v = holding 0 text:300")]
    public void What_is_no_register_is_told(string text)
    {
        Assert.Null(ModbusRegister.Parse(text, out var problem));
        Assert.Contains("is no register; write it like", problem);
    }

    [Fact]
    public void Registers_side_by_side_are_read_at_once()
    {
        ModbusRegister[] registers =
        [
            .. new[]
            {
                "a = holding 10 u16", "b = holding 11 u32", "c = holding 14 u16", "d = input 15 u16", "e = coil 0",
                "f = coil 1999", "g = holding 10 bit:3", "h = holding 200 u16",
            }.Select(text => ModbusRegister.Parse(text, out _)!),
        ];
        Assert.Equal(
            [
                (ModbusTable.Coil, 0, 1), (ModbusTable.Coil, 1999, 1), (ModbusTable.Holding, 10, 3),
                (ModbusTable.Holding, 14, 1), (ModbusTable.Holding, 200, 1), (ModbusTable.Input, 15, 1),
            ],
            ModbusBlock.Of(registers, gapMax: 0).Select(block => (block.Table, block.Address, block.Count)));
        Assert.Equal(
            [(10, 5), (200, 1)],
            ModbusBlock.Of(registers, gapMax: 1).Where(block => block.Table == ModbusTable.Holding)
                .Select(block => (block.Address, block.Count)));
        Assert.Equal(2, ModbusBlock.Of(registers, gapMax: 100).Count(block => block.Table == ModbusTable.Coil));
    }

    /// <summary>The example of the serial line specification's appendix: 02 07 has 41 12 behind it.</summary>
    [Fact]
    public void The_checksum_is_the_specification_s() =>
        Assert.Equal(0x1241, ModbusCrc.Of([0x02, 0x07]));
}
