using EdgeStream.EndToEnd.Tests.DamagedLinks;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Begins with the tests that take longest, so that nothing long is left for the end, when the others are
/// through.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(DeliveryAuditTests), RadosGatewayFixture.Name, nameof(ClientMatrixTests), BinaryWorld.Name,
        nameof(QueryPageTests), nameof(NatsDeliveryTests), nameof(HttpDeliveryTests), nameof(LostPacketTests),
        nameof(MqttDeliveryTests), nameof(StreamChaosTests), nameof(DashboardTests), nameof(DamagedMqttTests),
    ];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(static collection =>
        {
            var place = Array.FindIndex(
                Long, name => collection.DisplayName.Contains(name, StringComparison.Ordinal));
            return place < 0 ? Long.Length : place;
        });
}
