using EdgeStream.Gateway.Destinations;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>The ids by which receivers of messages tell what comes twice.</summary>
public sealed class MessageNamesTests
{
    private const string Series = "0a1b2c3d-shardId-000000000001";

    [Theory]
    [InlineData(7, null, $"{Series}-00000000000000000007")]
    [InlineData(7, 0, $"{Series}-00000000000000000007-0")]
    [InlineData(7, 12, $"{Series}-00000000000000000007-12")]
    public void Every_record_has_an_id_of_its_own_within_an_aggregated_one_too(long sequence, int? place, string id) =>
        Assert.Equal(id, MessageNames.IdOf(Series, sequence, place));
}
