namespace EdgeStream.Gateway.Cli;

/// <summary>What the process exits with, as sysexits.h has it.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>The check says no.</summary>
    public const int Unhealthy = 1;

    /// <summary>EX_USAGE: the command line was wrong.</summary>
    public const int Usage = 64;

    /// <summary>EX_DATAERR: what was read is damaged, or records of it are missing.</summary>
    public const int Damaged = 65;

    /// <summary>EX_UNAVAILABLE: a port is taken, or the gateway that was asked does not answer.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_SOFTWARE: a bug.</summary>
    public const int Software = 70;

    /// <summary>EX_IOERR: the disk, or what was to be read or written.</summary>
    public const int InputOutput = 74;

    /// <summary>EX_TEMPFAIL: what was waited for has not come yet.</summary>
    public const int NotYet = 75;

    /// <summary>EX_CONFIG: the configuration was refused.</summary>
    public const int Config = 78;
}
