namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>One thing that is asked of every server.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Kind">What the clients do.</param>
/// <param name="Connections">How many there are.</param>
internal sealed record KinesisScenario(string Name, KinesisScenarioKind Kind, int Connections)
{
    /// <summary>What all connections of a paced scenario ask together.</summary>
    public const int PacedRequestsPerSecond = 1000;

    /// <summary>Whether it shows how long one record takes, beside what the machine itself takes.</summary>
    public bool HasFloor => Kind is KinesisScenarioKind.PutRecord or KinesisScenarioKind.PacedPutRecord;

    /// <summary>The scenarios, the same for everyone.</summary>
    public static IReadOnlyList<KinesisScenario> All(bool isQuick)
    {
        int[] counts = isQuick ? [8] : [1, 8];
        return
        [
            .. counts.Select(count => Of("PutRecords 500 × 100 B", KinesisScenarioKind.PutRecords, count)),
            .. counts.Select(count => Of("GetRecords", KinesisScenarioKind.GetRecords, count)),
            new("PutRecord 100 B, 50 connections", KinesisScenarioKind.PutRecord, 50),
            new("PutRecord 100 B, 50 connections, 1,000 a second", KinesisScenarioKind.PacedPutRecord, 50),
            new("PutRecord to SubscribeToShard", KinesisScenarioKind.Propagation, 1),
        ];
    }

    private static KinesisScenario Of(string name, KinesisScenarioKind kind, int connections) =>
        new($"{name}, {connections} connection{(connections == 1 ? "" : "s")}", kind, connections);
}
