using System.Text;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>Whatever comes, a dialect says what is wrong or gives records that are JSON objects on one line.</summary>
public class DialectFuzzTests(ITestOutputHelper output)
{
    private const int RoundCount = 4000;

    [Theory]
    [InlineData("json", "{\"a\":{\"b\":[1,true,null,\"\\u00e4\"]},\"time\":1772366399}")]
    [InlineData("bare", "21.5 °C")]
    [InlineData("csv", "time,device,t\n1772366399,\"a \"\"b\"\"\",21.5\n2026-03-01 12:00:00,b,2\n")]
    [InlineData("senml", "[{\"bn\":\"d:\",\"bt\":1e9,\"bv\":2,\"n\":\"t\",\"v\":1}"
        + ",{\"n\":\"x\",\"vd\":\"aGk\",\"s\":3}]")]
    [InlineData("tasmota", "{\"Time\":\"2020-01-01T00:00:00\",\"AM2301\":{\"Temperature\":20.6},\"TempUnit\":\"C\"}")]
    [InlineData("zigbee2mqtt", "{\"temperature\":27.34,\"last_seen\":\"2026-03-01T12:00:00Z\",\"action\":null}")]
    [InlineData("shelly", "{\"src\":\"s\",\"method\":\"NotifyEvent\",\"params\":{\"ts\":1.5,\"events\":[{\"component\":"
        + "\"input:0\",\"event\":\"push\",\"ts\":2}]}}")]
    [InlineData("homeassistant", "{\"stat_t\":\"x\",\"val_tpl\":\"{{ value_json.a[0] }}\",\"dev\":{\"ids\":[\"i\"]}}")]
    [InlineData("influx", "weather,host=a\\ b t=1.5,n=3i,s=\"x \\\"y\\\"\",b=t 1465839830100400200\nb v=1")]
    public void Damaged_text_never_breaks_anything(string dialect, string capture) =>
        Damage(dialect, Encoding.UTF8.GetBytes(capture));

    [Theory]
    [InlineData("senml-cbor", "82A721626478036022FB41D303A15B0010622361412005006174016156029F02FFA20061740820")]
    [InlineData("senml-cbor", "9fbf00617402c48222396ab2ffbf00616208420102ffa200626f6e04f5ff")]
    [InlineData("sparkplug", "08809494caca331214100a18809494caca33200a6900000000008036401211100c18809494caca332003"
        + "50ffffffff0f1216100a18b8b790caca33200a28016900000000008033401802")]
    [InlineData("binary", "0102030405060708")]
    public void Damaged_bytes_never_break_anything(string dialect, string capture) =>
        Damage(dialect, Convert.FromHexString(capture));

    private void Damage(string dialect, byte[] capture)
    {
        var random = TestSeed.Create(output.WriteLine);
        var route = DialectUnderTest.Route(dialect) with
        {
            Fields = dialect == "binary" ? ["a = 0 f32", "t = 4 text:3", "i = 1 i24 le *0.1"] : [],
        };
        var under = new DialectUnderTest(route);
        string[] topics =
        [
            "a/b/c", "spBv1.0/g/NBIRTH/n", "spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d", "spBv1.0/g/NDEATH/n",
            "homeassistant/sensor/a/config", "x", "a/events/rpc", "zigbee2mqtt/bridge/info", "/", "a/status/b",
        ];
        for (var round = 0; round < RoundCount; round++)
        {
            var payload = Mutate(capture, random);
            var explanation = under.Explain(topics[random.Next(topics.Length)], payload);
            Assert.True(explanation.Problem is null == explanation.Records.Count > 0);
            Assert.False(explanation.Problem == "");
            foreach (var record in explanation.Records)
            {
                Assert.DoesNotContain('\n', record.Data);
                using var json = JsonDocument.Parse(record.Data);
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
            }
        }
    }

    private static byte[] Mutate(byte[] capture, Random random)
    {
        var bytes = capture.ToList();
        for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, capture[random.Next(capture.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}
