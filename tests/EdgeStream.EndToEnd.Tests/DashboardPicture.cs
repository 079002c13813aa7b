using EdgeStream.Testing;
using Microsoft.Playwright;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Pictures of the dashboard's pages: each run takes them, and one with
/// <c>EDGESTREAM_UPDATE_SCREENSHOTS=1</c> takes those of the README.</summary>
internal static class DashboardPicture
{
    /// <summary>A query that shows beside what the page runs.</summary>
    public const string QueryConfig = """
        node:
          id: greenhouse-7
        rules: []
        deliveries: []
        streams:
          - name: minutes
        queries:
          - name: per-minute
            sql: |
              SELECT STREAM PARTITION_KEY AS "device", MIN("temperature_celsius") AS "coldest",
                MAX("temperature_celsius") AS "hottest", COUNT(*) AS "readings"
              FROM "readings"
              WHERE "temperature_celsius" IS NOT NULL
              GROUP BY PARTITION_KEY, FLOOR("readings".ROWTIME TO MINUTE)
            outputs:
              - {stream: minutes, key: device}
        """;

    /// <summary>What the page runs: a few seconds at a time, so that a minute has points enough for lines.</summary>
    public const string Query = """
        SELECT STREAM STEP("readings".ROWTIME BY INTERVAL '5' SECOND) AS "time", PARTITION_KEY AS "device",
          AVG(COALESCE("temperature_celsius", "motor_temperature_celsius")) AS "temperature_celsius",
          COUNT(*) AS "readings"
        FROM "readings"
        WHERE COALESCE("temperature_celsius", "motor_temperature_celsius") IS NOT NULL
        GROUP BY PARTITION_KEY, STEP("readings".ROWTIME BY INTERVAL '5' SECOND)
        """;

    private const string UpdateVariable = "EDGESTREAM_UPDATE_SCREENSHOTS";
    private const int RecordsOfAPicture = 40;
    private const int RecordsOfAKeptPicture = 290;

    /// <summary>How many readings a picture shows: those of the README have a minute's.</summary>
    public static int RecordCount => IsUpdate ? RecordsOfAKeptPicture : RecordsOfAPicture;

    private static bool IsUpdate => Environment.GetEnvironmentVariable(UpdateVariable) == "1";

    /// <summary>Takes the whole page, and fails where nothing is on it.</summary>
    public static async Task TakeAsync(DashboardBrowser browser, string name)
    {
        var picture = await browser.Page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true });
        Assert.True(picture.Length > 20_000, $"{picture.Length} bytes are no picture of a dashboard.");
        await KeepAsync(RepositoryFolder.Combine("artifacts", "screenshots", name), picture);
        if (IsUpdate)
        {
            await KeepAsync(RepositoryFolder.Combine("src", "images", name), picture);
        }
    }

    private static async Task KeepAsync(string path, byte[] picture)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, picture);
    }
}
