using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class TransformConfigTests
{
    private static string With(string transform) => $"""
        deliveries:
          - name: upstream
            folder:
              path: out
            transform:
              {transform.ReplaceLineEndings("\n      ")}
        """;

    [Fact]
    public void Transform_of_a_delivery_is_read()
    {
        var delivery = Assert.Single(ConfigText.Parse(With("""
            where: t > 20
            select: '*, t * 2 AS twice'
            command: /opt/enrich --name "two words" ''
            timeout: 90s
            """)).Deliveries);

        var transform = Assert.IsType<TransformDefinition>(delivery.Transform);
        Assert.Equal("t > 20", transform.Where);
        Assert.Equal("*, t * 2 AS twice", transform.Select);
        Assert.Equal(["/opt/enrich", "--name", "two words", ""], transform.Process?.Command);
        Assert.Equal(90, transform.Process?.TimeoutSeconds);
        Assert.Null(transform.Http);
    }

    [Fact]
    public void Endpoint_of_a_transform_is_read()
    {
        var delivery = Assert.Single(ConfigText.Parse(With("url: http://127.0.0.1:8080/x")).Deliveries);

        Assert.Equal(new HttpTransformOptions { Url = "http://127.0.0.1:8080/x" }, delivery.Transform?.Http);
        Assert.Null(delivery.Transform?.Process);
    }

    [Theory]
    [InlineData("where: t >", 6, "where")]
    [InlineData("select: t + 1", 6, "select")]
    [InlineData("command: run 'it", 6, "quote")]
    [InlineData("command: ''", 6, "command")]
    [InlineData("url: ftp://x", 6, "url")]
    [InlineData("command: run\nurl: http://x", 7, "url")]
    [InlineData("timeout: 6m", 6, "timeout")]
    public void What_is_wrong_with_a_transform_is_told_with_its_line(string text, int line, string word)
    {
        var error = ConfigText.Error(With(text));

        Assert.StartsWith($"test.yaml:{line}:", error);
        Assert.Contains(word, error);
    }
}
