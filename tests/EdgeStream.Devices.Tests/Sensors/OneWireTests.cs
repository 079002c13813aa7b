namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>What a 1-Wire thermometer answers, as the driver shows it, and what of that is a temperature.</summary>
public class OneWireTests
{
    /// <summary>The example of the kernel's Documentation/w1/slaves/w1_therm.rst has this shape.</summary>
    internal const string Good = "4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES\n4b 01 4b 46 7f ff 05 10 e1 t=20687\n";

    private const string File = "sys/bus/w1/devices/28-0316a2f4aeff/w1_slave";
    private const string Sensor = "w1 28-0316a2f4aeff";

    [Fact]
    public void A_good_answer_is_a_temperature() => Assert.Equal(20.687, Read(Good).Value.Number);

    [Theory]
    [InlineData("4b 01 4b 46 7f ff 05 10 e2 : crc=e1 NO\n4b 01 4b 46 7f ff 05 10 e2 t=20687\n")]
    [InlineData("4b 01 4b 46 7f ff 05 10 e2 : crc=e1 YES\n4b 01 4b 46 7f ff 05 10 e2 t=20687\n")]
    public void A_wrong_checksum_is_refused(string text) =>
        Assert.Contains("checksum (CRC) is wrong", Read(text).Problem);

    [Fact]
    public void The_state_after_power_on_is_no_temperature() => Assert.Contains(
        "it has lost its supply",
        Read("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n").Problem);

    [Fact]
    public void Measured_85_degrees_are_a_temperature() => Assert.Equal(
        85, Read("50 05 4b 46 7f ff 10 10 bd : crc=bd YES\n50 05 4b 46 7f ff 10 10 bd t=85000\n").Value.Number);

    [Fact]
    public void A_shorted_wire_is_no_temperature() => Assert.Contains(
        "nothing but zeros",
        Read("00 00 00 00 00 00 00 00 00 : crc=00 YES\n00 00 00 00 00 00 00 00 00 t=0\n").Problem);

    [Fact]
    public void A_driver_that_gave_up_has_an_empty_answer() =>
        Assert.Contains("the checksum (CRC) was wrong each time", Read("").Problem);

    [Theory]
    [InlineData("4b 01\n")]
    [InlineData("zz 01 4b 46 7f ff 05 10 e1 : crc=e1 YES\nt=1\n")]
    [InlineData("4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES\nt=warm\n")]
    public void What_is_no_answer_is_refused(string text) =>
        Assert.Contains("does not hold the answer", Read(text).Problem);

    [Fact]
    public void Without_the_bytes_85_degrees_are_believed_only_near_the_value_before()
    {
        const string Temperature = "sys/bus/w1/devices/28-0316a2f4aeff/temperature";
        using var tree = new SensorTree();
        var reader = tree.Reader(Sensor);
        tree.Write(Temperature, "85000\n");
        Assert.Contains("it has lost its supply", reader.Read().Problem);
        tree.Write(Temperature, "83500\n");
        Assert.Equal(83.5, reader.Read().Value.Number);
        tree.Write(Temperature, "85000\n");
        Assert.Equal(85, reader.Read().Value.Number);
    }

    private static SensorReading Read(string text)
    {
        using var tree = new SensorTree();
        tree.Write(File, text);
        return tree.Read(Sensor);
    }
}
