using System.Text;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

public class PayloadDecoderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{\"t\":21.5}")]
    [InlineData(" {\"t\" : 2.150e1,\t\"t\":1} ")]
    [InlineData("{\"name\":\"Gr\u00fc\u00dfe \\u00e4 \\n <&>\",\"deep\":[{\"a\":[1,2,null,true]}]}")]
    [InlineData("{\"big\":123456789012345678901234567890.0000000000000001}")]
    public void An_object_on_one_line_keeps_its_bytes(string json)
    {
        Assert.Equal(json, Decode(DecoderKind.Auto, json));
        Assert.Equal(json, Decode(DecoderKind.Json, json));
    }

    [Theory]
    [InlineData("{\"t\": 1}\n", "{\"t\": 1}")]
    [InlineData("\r\n{\"t\": 1}", "{\"t\": 1}")]
    [InlineData(
        "{\r\n  \"a b\": 1.50,\n\t\"c\": [ 1, 2 ],\n \"d\": \"x \\\" y\\\\\"\n}",
        "{\"a b\":1.50,\"c\":[1,2],\"d\":\"x \\\" y\\\\\"}")]
    public void An_object_over_several_lines_is_put_on_one_with_its_tokens_bytes(string json, string expected) =>
        Assert.Equal(expected, Decode(DecoderKind.Auto, json));

    [Theory]
    [InlineData("21.5", "{\"value\":21.5}")]
    [InlineData(" -0.50e-3\r\n", "{\"value\":-0.50e-3}")]
    [InlineData("0", "{\"value\":0}")]
    [InlineData("1E5", "{\"value\":1E5}")]
    public void A_bare_number_becomes_an_object_with_its_own_digits(string number, string expected)
    {
        Assert.Equal(expected, Decode(DecoderKind.Auto, number));
        Assert.Equal(expected, Decode(DecoderKind.Number, number));
    }

    [Theory]
    [InlineData("NaN", 0)]
    [InlineData("Infinity", 0)]
    [InlineData("-Infinity", 1)]
    [InlineData("+1", 0)]
    [InlineData("01", 1)]
    [InlineData("1.", 2)]
    [InlineData(".5", 0)]
    [InlineData("1e", 2)]
    [InlineData("1e+", 3)]
    [InlineData("-", 1)]
    [InlineData("21.5 C", 5)]
    [InlineData("21,5", 2)]
    [InlineData("1e999", 0)]
    [InlineData("true", 0)]
    [InlineData("ON", 0)]
    [InlineData("\"21.5\"", 0)]
    [InlineData("[1]", 0)]
    public void What_is_no_number_is_refused_with_its_position(string payload, int position)
    {
        Assert.Contains($"byte {position}", Refuse(DecoderKind.Number, payload));
        Assert.Contains($"byte {position}", Refuse(DecoderKind.Auto, payload));
    }

    [Theory]
    [InlineData("{\"t\":1", "byte 6")]
    [InlineData("{\"t\":1}x", "byte 7")]
    [InlineData("{\"t\":1}{}", "byte 7")]
    [InlineData("{\"t\":1,}", "byte 7")]
    [InlineData("{\n\"t\":\n01}", "byte 8")]
    [InlineData("{t:1}", "byte 1")]
    [InlineData("{\"t\":NaN}", "byte 5")]
    [InlineData("{\"t\":1}// no", "byte 7")]
    public void A_broken_object_is_refused_with_its_position(string payload, string position) =>
        Assert.Contains(position, Refuse(DecoderKind.Auto, payload));

    [Theory]
    [InlineData("[1]", "'[' at byte 0")]
    [InlineData("  21.5", "'2' at byte 2")]
    [InlineData("\"text\"", "'\"' at byte 0")]
    public void The_json_decoder_takes_nothing_but_objects(string payload, string where) =>
        Assert.Contains(where, Refuse(DecoderKind.Json, payload));

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    public void Nothing_is_refused_with_a_reason(string payload)
    {
        foreach (var decoder in Enum.GetValues<DecoderKind>())
        {
            Assert.Contains("Send a JSON object or a number", Refuse(decoder, payload));
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Documents_nest_at_most_64_deep(int depth, bool accepted)
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
        Assert.Equal(accepted, TryDecode(DecoderKind.Auto, Encoding.UTF8.GetBytes(json), out _, out var problem));
        Assert.Equal(accepted, problem.Length == 0);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_with_their_position()
    {
        byte[] payload = [.. "{\"t\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.False(TryDecode(DecoderKind.Auto, payload, out _, out var problem));
        Assert.Contains("not valid UTF-8 from byte 6", problem);
    }

    [Fact]
    public void Random_bytes_are_decoded_to_one_valid_line_or_refused_but_never_throw()
    {
        var random = TestSeed.Create(output.WriteLine);
        var decoders = Enum.GetValues<DecoderKind>();
        string[] parts =
        [
            "{", "}", "[", "]", "\"", ":", ",", "1", "-", ".5", "e3", "\n", " ", "\\", "\\u00", "\\ud800", "a", "true",
        ];
        var accepted = 0;
        for (var round = 0; round < 30_000; round++)
        {
            byte[] payload;
            if (round % 2 == 0)
            {
                payload = new byte[random.Next(24)];
                random.NextBytes(payload);
            }
            else
            {
                var picked = Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]);
                var text = string.Concat(picked);
                payload = Encoding.UTF8.GetBytes(round % 4 == 1 ? text : "{\"a\":" + text + "}");
            }

            if (!TryDecode(decoders[random.Next(decoders.Length)], payload, out var data, out var problem))
            {
                Assert.NotEmpty(problem);
                continue;
            }

            accepted++;
            Assert.DoesNotContain((byte)'\n', data);
            using var document = JsonDocument.Parse(data);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }

        Assert.InRange(accepted, 100, 30_000);
    }

    [Fact]
    public void Decoding_an_object_or_a_number_allocates_nothing()
    {
        var scratch = new IngestScratch();
        byte[] json = [.. "{\"temperature\":21.5,\"humidity\":40,\"ok\":true,\"name\":\"sensor\"}"u8];
        byte[] number = [.. " 21.5\n"u8];
        var before = 0L;
        for (var round = 0; round < 2_000; round++)
        {
            if (round == 1_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            PayloadDecoder.TryDecode(DecoderKind.Auto, json, scratch, out _, out _);
            PayloadDecoder.TryDecode(DecoderKind.Auto, number, scratch, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Decode(DecoderKind decoder, string payload)
    {
        Assert.True(TryDecode(decoder, Encoding.UTF8.GetBytes(payload), out var data, out var problem), problem);
        return Encoding.UTF8.GetString(data);
    }

    private static string Refuse(DecoderKind decoder, string payload)
    {
        Assert.False(TryDecode(decoder, Encoding.UTF8.GetBytes(payload), out _, out var problem));
        return problem;
    }

    private static bool TryDecode(DecoderKind decoder, byte[] payload, out byte[] data, out string problem)
    {
        var done = PayloadDecoder.TryDecode(decoder, payload, new IngestScratch(), out var span, out problem);
        data = span.ToArray();
        return done;
    }
}
