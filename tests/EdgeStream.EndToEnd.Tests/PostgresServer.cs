using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>PostgreSQL on 127.0.0.1 with one database, <c>telemetry</c>, and a table <c>readings</c> that takes no
/// negative number.</summary>
/// <remarks>The server does not run as root: then the user <c>postgres</c> runs it.</remarks>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string UserName = "gateway";
    public const string Password = "correct horse";

    private const string Programs = "/usr/lib/postgresql/15/bin/";

    private readonly TemporaryFolder _folder = new("postgres");
    private readonly string _authority;
    private BackgroundCommand? _process;

    private PostgresServer()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Sign("127.0.0.1");
        _authority = _folder.Write("ca.pem", certificates.Authority);
        _folder.Write("server.pem", certificate);
        _folder.Write("server.key", key);
        _folder.Write("password", Password);
    }

    public int Port { get; } = FreePort.Next();

    /// <summary>Who has signed the server's certificate.</summary>
    public string Authority => _authority;

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        (await Command.RunAsync("/usr/bin/chmod", ["600", server._folder.Combine("server.key")])).OrThrow();
        if (Environment.UserName == "root")
        {
            (await Command.RunAsync("/usr/bin/chown", ["-R", "postgres:", server._folder.Path])).OrThrow();
        }

        (await Command.RunAsync(AsUser[0],
        [
            .. AsUser[1..], $"{Programs}initdb", "-D", server._folder.Combine("data"), "-U", UserName, "-E", "UTF8",
            "--locale=C.UTF-8", "-A", "scram-sha-256", $"--pwfile={server._folder.Combine("password")}",
        ])).OrThrow();
        await server.StartAgainAsync();
        await server.AskAsync("CREATE DATABASE telemetry", "postgres");
        await server.AskAsync("""
            CREATE TABLE readings (id bigserial PRIMARY KEY, sensor text NOT NULL, number integer CHECK (number >= 0),
            at timestamptz NOT NULL, payload jsonb)
            """);
        return server;
    }

    /// <summary>Starts it; after a kill its processes may still be on their way out.</summary>
    public Task StartAgainAsync() => Poll.UntilAsync(
        async () =>
        {
            if (_process is { HasExited: false })
            {
                return (await PsqlAsync("SELECT 1", "postgres")).ExitCode == 0;
            }

            if (_process is not null)
            {
                await _process.DisposeAsync();
            }

            _process = BackgroundCommand.Start(AsUser[0],
            [
                .. AsUser[1..], $"{Programs}postgres", "-D", _folder.Combine("data"), "-p",
                Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c",
                "unix_socket_directories=", "-c", "ssl=on", "-c", $"ssl_cert_file={_folder.Combine("server.pem")}",
                "-c", $"ssl_key_file={_folder.Combine("server.key")}",
            ]);
            return false;
        },
        DeliveredReadings.Deadline,
        () => $"PostgreSQL does not start.\n{_process?.Output}");

    public async Task KillAsync()
    {
        UnixSignal.Send(_process!.Id, UnixSignal.Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>The rows of a statement; columns are separated by a bar.</summary>
    public async Task<string[]> AskAsync(string statement, string database = "telemetry")
    {
        var result = await PsqlAsync(statement, database);
        return result.OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The keys and numbers of all rows, in their order.</summary>
    public async Task<IReadOnlyList<(string Key, int Number)>> ReadingsAsync()
    {
        var readings = new List<(string, int)>();
        foreach (var row in await AskAsync("SELECT sensor, number FROM readings ORDER BY id"))
        {
            var values = row.Split('|');
            readings.Add((values[0], int.Parse(values[1], CultureInfo.InvariantCulture)));
        }

        return readings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string[] AsUser => Environment.UserName == "root"
        ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"];

    private Task<CommandResult> PsqlAsync(string statement, string database) => Command.RunAsync(
        "/usr/bin/env",
        [
            $"PGPASSWORD={Password}", $"{Programs}psql", "-h", "127.0.0.1", "-p",
            Port.ToString(CultureInfo.InvariantCulture), "-U", UserName, "-d", database, "-XAtqc", statement,
        ]);
}
