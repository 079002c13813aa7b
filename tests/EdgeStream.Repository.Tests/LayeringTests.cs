using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class LayeringTests
{
    [Fact]
    public void Rooms_reference_only_what_the_design_allows() =>
        Expect.None(LayeringRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("Mqtt", "Streams")]
    [InlineData("Storage", "Streams")]
    [InlineData("Devices", "Delivery")]
    [InlineData("Delivery", "Storage")]
    [InlineData("Sql", "Storage")]
    [InlineData("Analytics", "Gateway")]
    public void Canary_a_forbidden_edge_is_found(string from, string to) =>
        Expect.One(LayeringRule.Violations([Project(from, to)]), naming: $"{from} may not reference {to}");

    [Fact]
    public void Canary_an_edge_written_with_backslashes_is_found()
    {
        SourceFile project = new(
            "src/EdgeStream.Mqtt/EdgeStream.Mqtt.csproj",
            """<Project><X><ProjectReference Include="..\EdgeStream.Sql\EdgeStream.Sql.csproj" /></X></Project>""");
        Expect.One(LayeringRule.Violations([project]), naming: "Mqtt may not reference Sql");
    }

    [Theory]
    [InlineData("src/EdgeStream.Common/EdgeStream.Common.csproj")]
    [InlineData("src/Mqtt/EdgeStream.Mqtt.csproj")]
    [InlineData("src/EdgeStream.Mqtt/Inner/EdgeStream.Mqtt.csproj")]
    public void Canary_a_project_that_is_no_room_is_found(string path) =>
        Expect.One(
            LayeringRule.Violations([new SourceFile(path, "<Project />")]), naming: "not one of the design's rooms");

    [Fact]
    public void An_allowed_edge_passes() => Expect.None(LayeringRule.Violations([Project("Gateway", "Kinesis")]));

    private static SourceFile Project(string from, string to) => new(
        $"src/EdgeStream.{from}/EdgeStream.{from}.csproj",
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup><ProjectReference Include="../EdgeStream.{to}/EdgeStream.{to}.csproj" /></ItemGroup>
        </Project>
        """);
}
