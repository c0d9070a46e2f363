namespace Parley.Gateway.Access;

/// <summary>Where a key is kept.</summary>
internal enum KeySource
{
    /// <summary>In the database: made over the API or the command line.</summary>
    Database,

    /// <summary>In the configuration file (<c>keys</c>): changed there only.</summary>
    File,

    /// <summary>In <c>PARLEY_ADMIN_KEY</c>.</summary>
    Environment,
}
