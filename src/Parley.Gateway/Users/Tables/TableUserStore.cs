namespace Parley.Gateway.Users.Tables;

/// <summary>Users in Azure Table Storage. The table is made when the first user is; changes are guarded by the row's ETag.</summary>
internal sealed class TableUserStore(TableClient table) : UserStore
{
    public override async Task<StoredUser?> FindAsync(string name, CancellationToken cancellation)
    {
        var reply = await table.FindAsync(TableRowKey.Of(name), cancellation).ConfigureAwait(false);
        if (reply.Status == 404) return null;
        return reply is { Status: 200, Entity: { } entity, ETag: { } etag } ? TableUser.Read(name, etag, entity) : throw Refused("read", reply);
    }

    public override async Task<bool> AddAsync(string name, string password, bool isAdmin, CancellationToken cancellation)
    {
        var body = TableUser.New(table.Partition, name, password, isAdmin);
        var reply = await table.InsertAsync(body, cancellation).ConfigureAwait(false);
        if (reply is { Status: 404, Code: "TableNotFound" })
        {
            var made = await table.CreateTableAsync(cancellation).ConfigureAwait(false);
            // Another process may have been first. Other conflicts (TableBeingDeleted) leave no table to write to.
            if (!made.Succeeded && made is not { Status: 409, Code: "TableAlreadyExists" }) throw Refused("make the table of", made);
            reply = await table.InsertAsync(body, cancellation).ConfigureAwait(false);
        }

        if (reply.Succeeded) return true;
        if (reply is not { Status: 409, Code: "EntityAlreadyExists" }) throw Refused("write", reply);
        // An insert that was retried may have met its own row: the hash, with its random salt, is nobody else's.
        return reply.WasRetried && await FindAsync(name, cancellation).ConfigureAwait(false) is { } found && found.Password == password;
    }

    public override async Task<bool> ReplaceAsync(StoredUser found, string password, bool isAdmin, CancellationToken cancellation)
    {
        var reply = await table.MergeAsync(TableRowKey.Of(found.Name), found.Version, ((TableUser)found).Change(password, isAdmin), cancellation).ConfigureAwait(false);
        if (reply.Succeeded) return true;
        return reply.Status is 404 or 412 ? false : throw Refused("change", reply);
    }

    public override async Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        var key = TableRowKey.Of(name);
        // Asked first: when the answer to a delete is lost, its retry meets no row whether or not there was one.
        var found = await table.FindAsync(key, cancellation).ConfigureAwait(false);
        if (found.Status == 404) return false;
        if (!found.Succeeded) throw Refused("read", found);
        var reply = await table.DeleteAsync(key, cancellation).ConfigureAwait(false);
        if (reply.Succeeded) return true;
        return reply.Status == 404 ? reply.WasRetried && reply.Code != "TableNotFound" : throw Refused("delete", reply);
    }

    private static UserStoreException Refused(string what, TableReply reply) => new(
        $"Azure Table Storage refused to {what} users: status {reply.Status}, {reply.Code ?? "no code"}. "
        + reply switch
        {
            { Status: 401 or 403 } => "Check the key or signature, or give the identity the role Storage Table Data Contributor.",
            { Code: "TableBeingDeleted" } => "Somebody deleted the table: Azure makes no other of that name until it is gone, which takes a minute or more. Wait, or name another one (userStorage.tableName).",
            _ => "Look at the account's state and at Azure's own log.",
        });
}
