namespace EdgeStream.Devices.Tests;

/// <summary>Bare values, CSV and InfluxDB's line protocol.</summary>
public class TextDialectTests
{
    [Theory]
    [InlineData("21.50", "21.50")]
    [InlineData(" 21.5 °C\n", "21.5,\"units\":{\"temperature\":\"°C\"}")]
    [InlineData("12 m3/h", "12,\"units\":{\"temperature\":\"m3/h\"}")]
    [InlineData("ON", "true")]
    [InlineData("closed", "false")]
    [InlineData("2026-03-01", "\"2026-03-01\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    public void A_bare_value_is_named_by_the_end_of_its_topic(string payload, string value) => Assert.Equal(
        [$"home/kitchen @ - arrival: {{\"temperature\":{value}}}"],
        DialectUnderTest.Of("bare").Read("home/kitchen/temperature", payload));

    [Fact]
    public void Captures_name_device_and_measurement_of_a_bare_value() => Assert.Equal(
        ["kitchen @ - arrival: {\"temp\":21}"],
        DialectUnderTest.Of("bare", "h/{device}/{measurement}/state").Read("h/kitchen/temp/state", "21"));

    [Fact]
    public void Bare_bytes_that_are_no_text_are_refused()
    {
        Assert.Contains("not valid UTF-8", DialectUnderTest.Of("bare").Refuse("a/b", [0xFF]));
        Assert.Contains("the payload is empty", DialectUnderTest.Of("bare").Refuse("a/b", " "));
    }

    [Fact]
    public void Lines_of_csv_are_read_by_their_header() => Assert.Equal(
        [
            "a @ 2026-03-01T11:59:58.000Z device: {\"temperature\":21.5,\"note\":\"say \\\"hi\\\", all\"}",
            "b @ 2026-03-01T11:59:59.500Z device: {\"temperature\":22}",
        ],
        DialectUnderTest.Of("csv").Read(
            "x",
            "time,device,temperature,note\r\n1772366398,a,21.5,\"say \"\"hi\"\", all\"\r\n\r\n"
                + "2026-03-01T11:59:59.5Z, b ,22,\n"));

    [Fact]
    public void Columns_of_csv_may_be_named_by_the_route() => Assert.Equal(
        ["logger @ 2026-03-01T11:59:58.000Z local: {\"t\":21.5,\"open\":true,\"units\":{\"t\":\"Cel\"}}"],
        new DialectUnderTest(DialectUnderTest.Route("csv") with
        {
            Fields = ["time", "-", "t (Cel)", "open"], Zone = "Europe/Berlin", Device = "logger",
        }).Read("x", "2026-03-01 12:59:58;7;21.5;true"));

    [Theory]
    [InlineData("a,b\n1,2,3", "line 2: there are more values than the header's 2 columns")]
    [InlineData("a,b", "no line of values below its header")]
    [InlineData("a\n\"1", "line 2: a quote is not closed")]
    [InlineData("a\n\"1\"x", "line 2: text follows a value in quotes")]
    public void Csv_that_is_broken_is_told_with_its_line(string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of("csv").Refuse("x", payload));

    [Fact]
    public void Line_protocol_is_read_as_influxdb_documents_it() => Assert.Equal(
        [
            "x @ 2016-06-13T17:43:50.100Z device: {\"weather_temperature\":82,\"location\":\"us-midwest\"}",
            "a 1 @ - arrival: {\"my,m_f i\":-1.5e3,\"my,m_n\":12,\"my,m_s\":\"a \\\"b\\\" c,d\",\"my,m_t\":true,"
                + "\"host\":\"a 1\"}",
            "x @ - arrival: {\"level\":7}",
        ],
        DialectUnderTest.Of("influx").Read(
            "x",
            "# a comment\nweather,location=us-midwest temperature=82 1465839830100400200\n"
                + "my\\,m,host=a\\ 1 f\\ i=-1.5e3,n=12i,s=\"a \\\"b\\\" c,d\",t=T\r\n\nlevel value=7u"));

    [Theory]
    [InlineData("weather", "line 1 is no line protocol: a field is missing")]
    [InlineData("a b=1\nweather temperature=", "line 2 is no line protocol: the field 'temperature' has no value")]
    [InlineData("weather t=1 now", "'now' at its end is no time")]
    [InlineData("weather,site t=1", "a tag is not name=value")]
    [InlineData(",a=1 t=1", "it begins with no measurement")]
    [InlineData("a b=\"x", "the field 'b' has no value")]
    public void Line_protocol_that_is_broken_is_told_with_its_line(string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of("influx").Refuse("x", payload));
}
