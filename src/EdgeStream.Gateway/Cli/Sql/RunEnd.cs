using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>How a run went.</summary>
/// <param name="Rows">Rows that came.</param>
/// <param name="Records">Records that were read for them; null where the run was broken off.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Errors">Rows of the error stream.</param>
/// <param name="LastError">The newest one's message.</param>
internal sealed record RunEnd(long Rows, long? Records, double Seconds, long Errors, string? LastError)
{
    /// <summary>One line for a person.</summary>
    public string Summary
    {
        get
        {
            var rows = string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} row{(Rows == 1 ? "" : "s")}");
            return Records is { } records
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"({rows} of {records:N0} record{(records == 1 ? "" : "s")}, {Seconds:0.000} s)")
                : $"({rows}, stopped)";
        }
    }

    /// <summary>That of the last line of an answer.</summary>
    public static RunEnd Of(JsonElement json) => new(
        json.GetProperty("rows").GetInt64(),
        json.GetProperty("records").GetInt64(),
        json.GetProperty("elapsedSeconds").GetDouble(),
        json.GetProperty("errors").GetInt64(),
        json.GetProperty("lastError").GetString());
}
