namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class MetadataQueryTests
{
    [Theory]
    [InlineData("{a:.b}", "a", "$['b']")]
    [InlineData("{ customer_id : .customer.id }", "customer_id", "$['customer']['id']")]
    [InlineData("{\n  \"first tag\": .tags[0],\n  b: .b }", "first tag", "$['tags'][0]")]
    [InlineData("{x: .[\"a b\"].c[ 2 ]}", "x", "$['a b']['c'][2]")]
    [InlineData("{x: .\"a'b\"[\"c\"]}", "x", "$['a\\'b']['c']")]
    [InlineData("{x: .[1]}", "x", "$[1]")]
    [InlineData("{device}", "device", "$['device']")]
    [InlineData("{a, b: .c}", "b", "$['c']")]
    public void Paths_of_jq_are_paths_of_the_data(string text, string name, string path)
    {
        Assert.True(MetadataQuery.TryParse(text, out var query, out var problem), problem);
        Assert.Equal(path, query.Paths[name]);
        Assert.Equal(
            $"p/!{{partitionKeyFromQuery:{path}}}/!{{timestamp:yyyy}}/",
            query.Resolve($"p/!{{partitionKeyFromQuery:{name}}}/!{{timestamp:yyyy}}/"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(".a", 1)]
    [InlineData("{}", 2)]
    [InlineData("{a:}", 4)]
    [InlineData("{a: .}", 6)]
    [InlineData("{a: .b", 7)]
    [InlineData("{a: .b} | .c", 9)]
    [InlineData("{a: .b | tostring}", 8)]
    [InlineData("{a: .b?}", 7)]
    [InlineData("{a: .b.[0]}", 8)]
    [InlineData("{a: .b[-1]}", 8)]
    [InlineData("{a: .b[99999999999]}", 19)]
    [InlineData("{a: \"x\"}", 5)]
    [InlineData("{a: .\"x\\\"y\"}", 6)]
    [InlineData("{a: .\"x}y\"}", 6)]
    [InlineData("{a: .b, a: .c}", 14)]
    [InlineData("{(.a): .b}", 2)]
    public void What_is_more_than_a_path_is_refused_with_its_place(string text, int character)
    {
        Assert.False(MetadataQuery.TryParse(text, out _, out var problem));
        Assert.StartsWith($"cannot be read at its character {character}: ", problem, StringComparison.Ordinal);
    }
}
