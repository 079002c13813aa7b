using EdgeStream.Devices;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class ModbusConfigTests
{
    private const string Device = "devices: [{name: p, registers: ['t (Cel) = holding 1 i16 *0.1']}]";

    [Fact]
    public void A_server_needs_little()
    {
        var config = ConfigText.Parse($"sources: [{{name: plant, mqtt: {{url: 'mqtt://h'}}}}, "
            + $"{{name: line, modbus: {{url: 'tcp://10.0.0.7', {Device}}}}}]");
        Assert.Equal("plant", Assert.Single(config.Sources).Name);
        Assert.Equal(
            new ModbusSourceOptions
            {
                Name = "line", Host = "10.0.0.7", Port = 502,
                Devices = [new ModbusDeviceOptions { Name = "p", Registers = ["t (Cel) = holding 1 i16 *0.1"] }],
            },
            Assert.Single(config.ModbusSources));
    }

    [Fact]
    public void A_serial_line_has_its_settings() => Assert.Equal(
        new SerialSettings("/dev/ttyUSB0", 19_200, "none", 2),
        Assert.Single(ConfigText.Parse("sources: [{name: l, modbus: {url: 'rtu:///dev/ttyUSB0', baudRate: 19200, "
            + $"parity: none, stopBits: 2, {Device}}}}}]").ModbusSources).Serial);

    [Theory]
    [InlineData("modbus: {url: 'http://h'}",
        "'url' cannot be 'http://h'; allowed: tcp://host:502 or rtu:///dev/ttyUSB0")]
    [InlineData("modbus: {url: 'tcp://h'}", "the source 's' needs 'devices'")]
    [InlineData("mqtt: {url: 'mqtt://h'}, modbus: {url: 'tcp://h'}", "needs one of 'mqtt'")]
    [InlineData("modbus: {url: 'tcp://h', baudRate: 9600, " + Device + "}",
        "'baudRate' needs a 'url' that begins with rtu")]
    [InlineData("modbus: {url: 'rtu:///dev/x', baudRate: 9601, " + Device + "}", "'baudRate' cannot be '9601'")]
    [InlineData("modbus: {url: 'tcp://h', devices: [{name: p}]}", "there are 0 registers; allowed are 1 to 256")]
    [InlineData("modbus: {url: 'tcp://h', devices: [{name: p, registers: [x]}]}", "'x' is no register; write it like")]
    [InlineData("modbus: {url: 'tcp://h', devices: [{name: p, registers: ['a = coil 1', 'a = coil 2']}]}",
        "has a name that is there already")]
    [InlineData("modbus: {url: 'tcp://h', stream: none, " + Device + "}", "there is no stream 'none'")]
    public void What_is_wrong_is_told(string source, string message) => Assert.Contains(
        ConfigText.Errors($"sources: [{{name: s, {source}}}]"),
        error => error.Contains(message, StringComparison.Ordinal));
}
