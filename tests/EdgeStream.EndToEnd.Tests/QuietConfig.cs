namespace EdgeStream.EndToEnd.Tests;

/// <summary>Configuration texts of tests.</summary>
internal static class QuietConfig
{
    /// <summary>Nothing but what the test itself sends: no sensor, no rule, no delivery.</summary>
    public const string Text = $"""
        {NoSensors}
        rules: []
        deliveries: []
        """;

    /// <summary>The same, with segments that fit on a small disk.</summary>
    public const string SmallStreams = $"""
        {Text}
        streams:
          - name: readings
            segmentSize: 1MiB
          - name: alerts
            segmentSize: 256KiB
          - name: dead-letter
            segmentSize: 256KiB
          - name: delivery-errors
            segmentSize: 256KiB
        """;

    /// <summary>The board stays silent.</summary>
    public const string NoSensors = """
        sensors:
          board:
            enabled: false
        """;
}
