namespace EdgeStream.Devices.Tests;

/// <summary>The examples of RFC 8428, in JSON and in CBOR.</summary>
public class SenmlTests
{
    private const string Device = "urn:dev:ow:10e2073a01080063";

    [Fact]
    public void A_single_measurement_is_read() => Assert.Equal(
        [$"{Device} @ - arrival: {{\"value\":23.1,\"units\":{{\"value\":\"Cel\"}}}}"],
        Json("""[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]"""));

    [Fact]
    public void Base_values_count_for_all_records() => Assert.Equal(
        [
            $"{Device} @ - arrival: {{\"voltage\":120.1,\"current\":1.2,"
                + "\"units\":{\"voltage\":\"V\",\"current\":\"A\"}}",
        ],
        Json("[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},"
            + "{\"n\":\"current\",\"u\":\"A\",\"v\":1.2}]"));

    [Fact]
    public void Times_are_added_to_the_base_time() => Assert.Equal(
        [
            $"{Device} @ 2010-06-08T18:01:16.001Z device: {{\"voltage\":120.1,\"units\":{{\"voltage\":\"V\"}}}}",
            $"{Device} @ 2010-06-08T18:01:11.001Z device: {{\"current\":1.2,\"units\":{{\"current\":\"A\"}}}}",
            $"{Device} @ 2010-06-08T18:01:12.001Z device: {{\"current\":1.3,\"units\":{{\"current\":\"A\"}}}}",
        ],
        Json("[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,"
            + "\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},{\"n\":\"current\",\"t\":-5,\"v\":1.2},"
            + "{\"n\":\"current\",\"t\":-4,\"v\":1.3}]"));

    [Fact]
    public void All_kinds_of_values_are_read() => Assert.Equal(
        [
            $"{Device} @ - arrival: {{\"temp\":23.1,\"label\":\"Machine Room\",\"open\":false,"
                + "\"nfc-reader\":\"aGkgCg==\",\"units\":{\"temp\":\"Cel\"}}",
        ],
        Json("[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":23.1},"
            + "{\"n\":\"label\",\"vs\":\"Machine Room\"},{\"n\":\"open\",\"vb\":false},"
            + "{\"n\":\"nfc-reader\",\"vd\":\"aGkgCg\"}]"));

    [Fact]
    public void Base_values_are_added_sums_have_a_name_and_small_times_are_relative() => Assert.Equal(
        [
            "d @ 2026-03-01T11:59:50.000Z device: {\"level\":20.5,\"power_sum\":7,"
                + "\"units\":{\"level\":\"m\"}}",
        ],
        Json("""[{"bn":"d/","bu":"m","bv":20,"bt":-10,"n":"level","v":0.5},{"n":"power","s":7}]"""));

    [Fact]
    public void The_example_in_cbor_is_read() => Assert.Equal(
        [
            $"{Device} @ 2010-06-08T18:01:16.001Z device: {{\"voltage\":120.1,\"units\":{{\"voltage\":\"V\"}}}}",
            .. Enumerable.Range(0, 6).Select(i => string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{Device} @ 2010-06-08T18:01:{11 + i}.001Z device: "
                    + $"{{\"current\":{1.2 + (i / 10.0):0.0},\"units\":{{\"current\":\"A\"}}}}")),
        ],
        DialectUnderTest.Of("senml-cbor").Read("x", Convert.FromHexString(
            "87a721781c75726e3a6465763a6f773a31306532303733613031303830303633" + "3a22fb41d303a15b00106223614120050067"
            + "766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333a3006763757272656e74"
            + "062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff6666666666666a3006763757272656e74062102f93e00a300"
            + "6763757272656e74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333333333")));

    [Fact]
    public void Items_without_a_length_and_decimal_fractions_are_cbor_too() => Assert.Equal(
        ["x @ - arrival: {\"t\":-27.315,\"b\":\"AQI=\",\"on\":true}"],
        DialectUnderTest.Of("senml-cbor").Read(
            "x", Convert.FromHexString("9fbf00617402c48222396ab2ff" + "bf0061620842" + "0102ffa200626f6e04f5ff")));

    [Theory]
    [InlineData("{\"n\":\"t\",\"v\":1}", "the payload is no SenML")]
    [InlineData("[{\"v\":1}]", "record 0 of the SenML pack cannot be read: it has no name")]
    [InlineData("[{\"n\":\"t\",\"v\":1,\"vs\":\"a\"}]", "more than one of v, vs, vb and vd")]
    [InlineData("[{\"n\":\"t\",\"v\":1,\"x_\":1}]", "its member 'x_' must be understood and is not")]
    [InlineData("[{\"n\":\"t\",\"v\":1},{\"n\":\"t\",\"v\":\"1\"}]", "record 1 of the SenML pack cannot be read: its "
        + "member 'v' is of the wrong type")]
    [InlineData("[{\"bver\":11,\"n\":\"t\",\"v\":1}]", "it is of version 11")]
    [InlineData("[{\"n\":\"t\"}]", "the payload holds no reading")]
    [InlineData("[1]", "it is no object")]
    public void A_pack_that_is_broken_is_told_with_its_record(string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of("senml").Refuse("x", payload));

    [Theory]
    [InlineData("", "the payload is empty")]
    [InlineData("A0", "that is an array in CBOR")]
    [InlineData("81A2006174", "record 0 of the SenML pack, at byte 1, cannot be read")]
    [InlineData("81A200617402", "record 0 of the SenML pack, at byte 1, cannot be read")]
    [InlineData("81A20061740201FF", "1 bytes follow the SenML pack")]
    public void Cbor_that_is_broken_is_told_with_its_byte(string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of("senml-cbor").Refuse("x", Convert.FromHexString(payload)));

    private static string[] Json(string payload) => DialectUnderTest.Of("senml").Read("x", payload);
}
