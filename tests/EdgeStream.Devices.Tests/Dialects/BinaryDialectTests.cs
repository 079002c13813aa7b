namespace EdgeStream.Devices.Tests;

public class BinaryDialectTests
{
    [Theory]
    [InlineData("0 u8", "FF", "255")]
    [InlineData("0 i8", "FF", "-1")]
    [InlineData("1 i16", "00 FF FE", "-2")]
    [InlineData("0 i16 le", "FE FF", "-2")]
    [InlineData("0 u24", "01 00 02", "65538")]
    [InlineData("0 i24 le", "FF FF FF", "-1")]
    [InlineData("0 u32", "FF FF FF FF", "4294967295")]
    [InlineData("0 i64", "FF FF FF FF FF FF FF FF", "-1")]
    [InlineData("0 u64 le", "FF FF FF FF FF FF FF FF", "18446744073709551615")]
    [InlineData("0 u16 *0.01 -40", "08 69", "-18.47")]
    [InlineData("0 u16 be *0.01", "08 69", "21.53")]
    [InlineData("0 u16 >>4", "9A B7", "2475")]
    [InlineData("0 i16 >>2 *0.25", "FF 87", "-7.75")]
    [InlineData("0 u32 be >>8 &0xff", "12 34 56 78", "86")]
    [InlineData("0 i16 &0x3ff *0.5 -1", "FF FF", "510.5")]
    [InlineData("0 u64 &0xFFFFFFFFFFFFFFFF", "FF FF FF FF FF FF FF FF", "18446744073709551615")]
    [InlineData("0 f32", "41 AC 00 00", "21.5")]
    [InlineData("0 f64 le *2", "00 00 00 00 00 80 35 40", "43")]
    [InlineData("0 f32", "7F C0 00 00", "null")]
    [InlineData("0 bit:3", "08", "true")]
    [InlineData("0 bit:2", "08", "false")]
    [InlineData("0 text:4", "6F 6B 00 00", "\"ok\"")]
    [InlineData("0 bytes:2", "01 FF", "\"Af8=\"")]
    public void A_value_is_read_from_its_place(string place, string bytes, string value)
    {
        var dialect = new DialectUnderTest(DialectUnderTest.Route("binary") with { Fields = [$"v (U) = {place}"] });
        Assert.Equal(
            [$"x @ - arrival: {{\"v\":{value},\"units\":{{\"v\":\"U\"}}}}"],
            dialect.Read("x", Convert.FromHexString(bytes.Replace(" ", ""))));
    }

    [Fact]
    public void A_payload_that_is_too_short_is_told() => Assert.Contains(
        "the payload has 1 bytes, and the route's fields reach to byte 4",
        new DialectUnderTest(DialectUnderTest.Route("binary") with { Fields = ["v = 2 u16"] }).Refuse("x", [1]));

    [Theory]
    [InlineData("v = 0 u17")]
    [InlineData("v = u16")]
    [InlineData("v = 0 bit:8")]
    [InlineData("v = 0 text:0")]
    [InlineData("v = 0 u16 be 0.1")]
    [InlineData("v = 0 text:3 *2")]
    [InlineData("v = 70000 u8")]
    [InlineData("v = 0 u16 *1e3")]
    [InlineData("v = 0 u16 >>16")]
    [InlineData("v = 0 u16 &0x0")]
    [InlineData("v = 0 u16 &255")]
    [InlineData("v = 0 f32 >>2")]
    [InlineData("v = 0 bit:1 >>2")]
    [InlineData("v")]
    public void A_place_that_is_none_is_refused_by_the_route(string field)
    {
        var problem = (DialectUnderTest.Route("binary") with { Fields = [field] }).FindProblem();
        Assert.Equal("fields", problem?.Member);
        Assert.Contains("write it like", problem?.Message);
    }
}
