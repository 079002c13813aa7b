using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

public class NumericFieldsTests(ITestOutputHelper output)
{
    [Fact]
    public void Numbers_are_found_at_any_depth_under_their_paths() => Assert.Equal(
        [new("t", 21.5), new("ENERGY.Power", 12), new("ENERGY.Phase[0]", 1), new("ENERGY.Phase[2].v", -3)],
        NumericFields.Extract(
            """{"t":21.5,"name":"x","ok":true,"ENERGY":{"Power":12,"Phase":[1,"two",{"v":-3}]},"none":null}"""u8));

    [Fact]
    public void Of_fields_with_one_path_the_last_wins() =>
        Assert.Equal([new("t", 2.0), new("u", 3.0)], NumericFields.Extract("""{"t":1,"u":3,"t":2}"""u8));

    [Fact]
    public void At_most_64_fields_are_found()
    {
        var json = "{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"f{i}\":{i}")) + "}";
        var fields = NumericFields.Extract(Encoding.UTF8.GetBytes(json));
        Assert.Equal(64, fields.Count);
        Assert.Equal("f63", fields[^1].Key);
    }

    [Fact]
    public void Every_path_that_is_found_can_be_read_as_a_path()
    {
        var json = """{"a":{"b":[{"c":1},{"c":2}]}}"""u8;
        foreach (var (path, value) in NumericFields.Extract(json))
        {
            Assert.True(JsonPath.TryParse(path, out var parsed, out _));
            Assert.True(parsed!.TryFind(json, out var reader));
            Assert.Equal(value, reader.GetDouble());
        }
    }

    [Fact]
    public void Bytes_that_are_not_json_have_no_numbers_and_do_no_harm()
    {
        var random = TestSeed.Create(output.WriteLine);
        Assert.Empty(NumericFields.Extract([]));
        Assert.Empty(NumericFields.Extract("[1,2]"u8));
        Assert.Equal([new("a", 1.0)], NumericFields.Extract("""{"a":1,"\ud800":2}"""u8));
        for (var round = 0; round < 5_000; round++)
        {
            var json = """{"a":{"b":[1,2,{"c":3e5}]},"d":"e"}"""u8.ToArray();
            json[random.Next(json.Length)] = (byte)random.Next(256);
            Assert.InRange(NumericFields.Extract(json).Count, 0, 4);
        }
    }
}
